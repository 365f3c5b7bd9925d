using QureHost.Testing;

namespace QureHost.Dicom.Tests;

/// <summary>The corpus of real DICOM files beside the repository, and what its manifest says of each.</summary>
internal static class Corpus
{
    public static string Folder => SharedData.At("data", "dicom-corpus");

    public static IEnumerable<CorpusFile> Rows()
    {
        var lines = File.ReadAllLines(Path.Combine(Folder, "MANIFEST.csv"));
        var header = Fields(lines[0]);
        foreach (var line in lines.Skip(1))
        {
            var f = Fields(line);
            string Of(string column) => f[header.IndexOf(column)];
            yield return new CorpusFile(Of("file"), Path.Combine(Folder, Of("file")), Of("transfer_syntax"), Of("peculiarity"), Of("expected"), Of("pydicom231"), Of("dcmdump367"));
        }
    }

    private static List<string> Fields(string line)
    {
        var fields = new List<string>();
        var field = new System.Text.StringBuilder();
        var quoted = false;
        foreach (var c in line)
        {
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }

        fields.Add(field.ToString());
        return fields;
    }
}

internal sealed record CorpusFile(string File, string Path, string TransferSyntax, string Peculiarity, string Expected, string Pydicom, string Dcmdump);
