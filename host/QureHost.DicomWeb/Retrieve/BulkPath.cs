using QureHost.Dicom;

namespace QureHost.DicomWeb.Retrieve;

/// <summary>Where bulk values are in their dataset, in the paths of <see cref="DicomJson.Find"/>: the addresses in the metadata.</summary>
internal static class BulkPath
{
    /// <summary>Every value that metadata may leave out, with its path.</summary>
    public static IEnumerable<(string Path, DicomElement Element)> All(DicomDataset dataset)
    {
        // Without recursion: a hostile object nests as deep as the parser lets it.
        var open = new Stack<(string Prefix, DicomDataset Dataset)>();
        open.Push(("", dataset));
        while (open.TryPop(out var next))
        {
            foreach (var element in next.Dataset)
            {
                if (element is DicomSequence sequence)
                {
                    for (var i = 0; i < sequence.Items.Count; i++)
                    {
                        open.Push(($"{next.Prefix}{element.Tag.JsonKey}/{i}/", sequence.Items[i]));
                    }
                }
                else if (!element.IsEmpty && (element is not DicomValue || element.Vr.IsBytes()))
                {
                    yield return (next.Prefix + element.Tag.JsonKey, element);
                }
            }
        }
    }
}
