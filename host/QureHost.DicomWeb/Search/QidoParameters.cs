using System.Globalization;
using Microsoft.AspNetCore.Http;
using QureHost.Archive;
using QureHost.Dicom;
using QureHost.DicomWeb.Http;

namespace QureHost.DicomWeb.Search;

/// <summary>Reads the query parameters of QIDO-RS (PS3.18 §8.3.4 and §10.6.1) into the archive's query. What is wrong is 400.</summary>
internal static class QidoParameters
{
    // Parameters that are no attributes, or none of ours: tokens that proxies and viewers add.
    private static readonly HashSet<string> NotAttributes = new(StringComparer.OrdinalIgnoreCase)
    {
        "accept", "charset", "limit", "offset", "includefield", "fuzzymatching", "emptyvaluematching", "multiplevaluematching",
        "token", "access_token", "_",
    };

    public static QidoQuery Read(DicomWebRequest request, QidoLevel level, DicomWebOptions options)
    {
        var query = request.Http.Query;
        var filters = new Dictionary<DicomTag, string>();
        foreach (var (name, values) in query)
        {
            if (!NotAttributes.Contains(name))
            {
                AddFilter(filters, name, values);
            }
        }

        var (fields, all) = IncludeFields(query);
        var wide = request.StudyUid is null;
        return new QidoQuery
        {
            Site = request.Site,
            Level = level,
            StudyUid = request.StudyUid,
            SeriesUid = request.SeriesUid,
            Filters = [.. filters.Select(f => new QidoFilter(f.Key.Number, f.Value))],
            IncludeFields = [.. fields.Select(f => f.Number)],
            IncludeAll = all,
            FuzzyMatching = Flag(query, "fuzzymatching"),
            Limit = Math.Min(Number(query, "limit") ?? (wide ? options.DefaultLimit : options.MaxLimit), options.MaxLimit),
            Offset = Number(query, "offset") ?? 0,
        };
    }

    /// <summary>The attribute that a parameter's name means: a keyword, eight hexadecimal digits, or a path through sequences.</summary>
    internal static DicomTag TagOf(string name)
    {
        DicomTag tag = default;
        foreach (var step in name.Split('.'))
        {
            if (!DicomTag.TryParse(step, out tag))
            {
                throw Problem.BadRequest($"'{Printable(name)}' is no attribute: its keyword or GGGGEEEE was expected.");
            }
        }

        return tag;
    }

    private static void AddFilter(Dictionary<DicomTag, string> filters, string name, IReadOnlyList<string?> values)
    {
        var tag = TagOf(name);
        var vr = DicomDictionary.VrOf(tag);
        foreach (var value in values.Select(v => v ?? ""))
        {
            MatchValue.Check(name, vr, value);
            if (!filters.TryAdd(tag, value))
            {
                // Only UIDs may be several (PS3.4 §C.2.2.2.2).
                filters[tag] = vr == DicomVr.UI ? filters[tag] + "\\" + value : throw Problem.BadRequest($"'{Printable(name)}' is given twice.");
            }
        }
    }

    private static (DicomTag[] Fields, bool All) IncludeFields(IQueryCollection query)
    {
        var fields = new List<DicomTag>();
        var all = false;
        foreach (var name in query["includefield"].SelectMany(v => (v ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (name.Equals("all", StringComparison.OrdinalIgnoreCase))
            {
                all = true;
            }
            else
            {
                fields.Add(FirstTagOf(name));
            }
        }

        return ([.. fields.Distinct()], all);
    }

    // A sequence is returned whole: the path's first step says what to include.
    private static DicomTag FirstTagOf(string name)
    {
        TagOf(name);
        return TagOf(name.Split('.')[0]);
    }

    private static int? Number(IQueryCollection query, string name)
    {
        var text = query[name].ToString();
        return text.Length == 0 ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw Problem.BadRequest($"'{name}' must be a whole number, 0 or more.");
    }

    private static bool Flag(IQueryCollection query, string name) => query[name].ToString().ToLowerInvariant() switch
    {
        "" or "false" => false,
        "true" => true,
        _ => throw Problem.BadRequest($"'{name}' must be true or false."),
    };

    private static string Printable(string name) => name.Length > 80 ? name[..80] : name;
}
