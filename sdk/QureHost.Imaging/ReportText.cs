using System.Globalization;
using System.Text;
using QureHost.Dicom;

namespace QureHost.Imaging;

/// <summary>The plain text of a structured report (PS3.3 §C.17.3): headings of containers, and values after their concept names.</summary>
public static class ReportText
{
    private const int MostDepth = 64;

    /// <summary>Null where the dataset is no structured report or says nothing.</summary>
    public static string? Of(DicomDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (!dataset.Contains(DicomTags.ContentSequence))
        {
            return null;
        }

        var text = new StringBuilder();
        Append(text, dataset.GetItems(DicomTags.ContentSequence), 0);
        return text.Length == 0 ? null : text.ToString().TrimEnd();
    }

    private static void Append(StringBuilder text, IReadOnlyList<DicomDataset> items, int depth)
    {
        foreach (var item in items)
        {
            var name = item.GetItem(DicomTags.ConceptNameCodeSequence)?.GetString(DicomTags.CodeMeaning);
            var type = item.GetString(DicomTags.ValueType);
            var value = type switch
            {
                "TEXT" => item.GetString(DicomTags.TextValue),
                "CODE" => item.GetItem(DicomTags.ConceptCodeSequence)?.GetString(DicomTags.CodeMeaning),
                "NUM" => Measured(item),
                "PNAME" or "DATE" or "TIME" or "DATETIME" or "UIDREF" => null,
                _ => null,
            };
            if (type == "CONTAINER" && name is not null)
            {
                text.Append(name).Append(":\n");
            }
            else if (value is not null)
            {
                if (name is not null && type != "TEXT")
                {
                    text.Append(name).Append(": ");
                }

                text.Append(value.ReplaceLineEndings("\n")).Append('\n');
            }

            if (depth < MostDepth)
            {
                Append(text, item.GetItems(DicomTags.ContentSequence), depth + 1);
            }
        }
    }

    private static string? Measured(DicomDataset item)
    {
        var measured = item.GetItem(DicomTags.MeasuredValueSequence);
        var unit = measured?.GetItem(DicomTags.MeasurementUnitsCodeSequence)?.GetString(DicomTags.CodeValue);
        return measured?.GetString(DicomTags.NumericValue) is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number} {unit}").TrimEnd() : null;
    }
}
