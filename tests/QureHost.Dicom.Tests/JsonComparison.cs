using System.Globalization;
using System.Text.Json;

namespace QureHost.Dicom.Tests;

/// <summary>Compares two DICOM JSON objects value by value.</summary>
internal static class JsonComparison
{
    public static int Compare(JsonElement ours, JsonElement theirs, string path, List<string> problems)
    {
        var compared = 0;
        foreach (var their in theirs.EnumerateObject())
        {
            var at = $"{path}/{their.Name}";
            if (their.Name.EndsWith("0000", StringComparison.Ordinal) || their.Name is "00080005" || their.Value.TryGetProperty("BulkDataURI", out _))
            {
                continue;
            }

            if (!ours.TryGetProperty(their.Name, out var our))
            {
                problems.Add($"{at}: missing");
                continue;
            }

            var (ourVr, theirVr) = (our.GetProperty("vr").GetString()!, their.Value.GetProperty("vr").GetString()!);
            // pydicom has a dictionary of private attributes, which implicit VR does not name.
            if ((ourVr == "UN") != (theirVr == "UN") || (ourVr != theirVr && (Convert.ToInt32(their.Name[..4], 16) & 1) == 1))
            {
                continue;
            }

            if (ourVr != theirVr)
            {
                problems.Add($"{at}: VR {ourVr}, pydicom {theirVr}");
                continue;
            }

            compared++;
            if (theirVr == "SQ")
            {
                var (a, b) = (Values(our), Values(their.Value));
                if (a.Count != b.Count)
                {
                    problems.Add($"{at}: {a.Count} items, pydicom {b.Count}");
                    continue;
                }

                for (var i = 0; i < a.Count; i++)
                {
                    compared += Compare(a[i], b[i], $"{at}/{i}", problems);
                }
            }
            else if (Text(our, ourVr) != Text(their.Value, theirVr) && !IsSwapped(our, their.Value))
            {
                problems.Add($"{at} {ourVr}: {Text(our, ourVr)} | pydicom {Text(their.Value, theirVr)}");
            }
        }

        return compared;
    }

    private static List<JsonElement> Values(JsonElement element) => element.TryGetProperty("Value", out var v) ? [.. v.EnumerateArray()] : [];

    /// <summary>pydicom gives the words of a big-endian file as they stand; the JSON model wants little endian (PS3.18 §F.2.7).</summary>
    private static bool IsSwapped(JsonElement ours, JsonElement theirs)
    {
        if (!ours.TryGetProperty("InlineBinary", out var a) || !theirs.TryGetProperty("InlineBinary", out var b))
        {
            return false;
        }

        var (x, y) = (a.GetBytesFromBase64(), b.GetBytesFromBase64());
        var last = ours.GetProperty("vr").GetString() switch { "OW" => 1, "OF" or "OL" => 3, "OD" or "OV" => 7, _ => 0 };
        return x.Length == y.Length && Enumerable.Range(0, x.Length).All(i => x[i] == y[i ^ last]);
    }

    private static string Text(JsonElement element, string vr)
    {
        if (element.TryGetProperty("InlineBinary", out var binary))
        {
            return "binary " + binary.GetString();
        }

        return string.Join('\\', Values(element).Select(v => v.ValueKind switch
        {
            JsonValueKind.Null => "",
            JsonValueKind.Number when vr == "FL" => v.GetSingle().ToString("R", CultureInfo.InvariantCulture),
            JsonValueKind.Number => v.GetDouble().ToString("R", CultureInfo.InvariantCulture),
            JsonValueKind.String => v.GetString()!.Trim(' ', '\0'),
            JsonValueKind.Object => string.Join('=', v.EnumerateObject().Select(p => p.Name + ":" + p.Value.GetString()!.Trim(' ', '\0'))),
            _ => v.ToString(),
        }));
    }
}
