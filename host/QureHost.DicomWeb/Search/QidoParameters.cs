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
        var filters = new Dictionary<string, QidoFilter>();
        foreach (var (name, values) in query)
        {
            if (!NotAttributes.Contains(name))
            {
                AddFilter(filters, name, values);
            }
        }

        var (fields, all) = IncludeFields(query);
        if (level == QidoLevel.Series && !fields.Contains(DicomTags.RequestAttributesSequence))
        {
            fields = [.. fields, DicomTags.RequestAttributesSequence]; // PS3.18 table 10.6.3-4 wants it, the index's rows leave it out
        }

        var wide = request.StudyUid is null;
        return new QidoQuery
        {
            Site = request.Site,
            Level = level,
            StudyUid = request.StudyUid,
            SeriesUid = request.SeriesUid,
            Filters = [.. filters.Values],
            IncludeFields = fields,
            IncludeAll = all,
            FuzzyMatching = Flag(query, "fuzzymatching"),
            Limit = Math.Min(Number(query, "limit") ?? (wide ? options.DefaultLimit : options.MaxLimit), options.MaxLimit),
            Offset = Number(query, "offset") ?? 0,
        };
    }

    /// <summary>The attribute that a parameter's name means, behind the sequences around it: keywords or eight hexadecimal digits.</summary>
    internal static DicomTag[] PathOf(string name)
    {
        var steps = name.Split('.');
        var path = new DicomTag[steps.Length];
        for (var i = 0; i < steps.Length; i++)
        {
            if (!DicomTag.TryParse(steps[i], out path[i]))
            {
                throw Problem.BadRequest($"'{Printable(name)}' is no attribute: its keyword or GGGGEEEE was expected.");
            }
        }

        return path;
    }

    private static void AddFilter(Dictionary<string, QidoFilter> filters, string name, IReadOnlyList<string?> values)
    {
        var path = PathOf(name);
        var vr = DicomDictionary.VrOf(path[^1]);
        var key = string.Join('.', path);
        foreach (var value in values.Select(v => v ?? ""))
        {
            MatchValue.Check(name, vr, value);
            var filter = new QidoFilter(path[^1], value) { Within = path[..^1] };
            if (!filters.TryAdd(key, filter))
            {
                // Only UIDs may be several (PS3.4 §C.2.2.2.2).
                filters[key] = vr == DicomVr.UI ? filters[key] with { Value = filters[key].Value + "\\" + value } : throw Problem.BadRequest($"'{Printable(name)}' is given twice.");
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
                fields.Add(PathOf(name)[0]); // a sequence is returned whole
            }
        }

        return ([.. fields.Distinct()], all);
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
