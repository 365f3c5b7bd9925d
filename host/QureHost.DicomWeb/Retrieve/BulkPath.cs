using System.Globalization;
using QureHost.Dicom;

namespace QureHost.DicomWeb.Retrieve;

/// <summary>
/// Where a bulk value is in its dataset: <c>7FE00010</c>, or through sequences <c>54000100/0/54001010</c>, items counted from 0.
/// The addresses in the metadata are made of these.
/// </summary>
internal static class BulkPath
{
    public static DicomElement? Find(DicomDataset dataset, string path)
    {
        var steps = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < steps.Length; i += 2)
        {
            if (!DicomTag.TryParse(steps[i], out var tag) || dataset[tag] is not { } element)
            {
                return null;
            }

            if (i == steps.Length - 1)
            {
                return element is DicomSequence ? null : element;
            }

            var items = dataset.GetItems(tag);
            if (!int.TryParse(steps[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var item) || item >= items.Count)
            {
                return null;
            }

            dataset = items[item];
        }

        return null;
    }

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
