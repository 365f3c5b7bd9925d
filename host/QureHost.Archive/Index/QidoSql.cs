using System.Globalization;
using System.Text;
using QureHost.Dicom;

namespace QureHost.Archive;

/// <summary>Turns a search into SQL: joins down to its level, a condition a key, an order that does not change while paging.</summary>
internal sealed class QidoSql
{
    /// <summary>Up to this many studies a set is looked up first; beyond, it is probed study by study in the answer's order.</summary>
    private const int SmallSet = 4096;

    private readonly Connection connection;
    private readonly QidoQuery query;
    private readonly StringBuilder where = new();
    private readonly List<object> values = [];

    public QidoSql(Connection connection, QidoQuery query)
    {
        this.connection = connection;
        this.query = query;
        And("st.site = ?", query.Site);
        if (query.StudyUid is { } study)
            And("st.uid = ?", study);
        if (query.SeriesUid is { } series)
            And("s.uid = ?", series);
        foreach (var filter in query.Filters)
            Add(filter);
    }

    /// <summary>Rows of these columns, one more than the limit, so that the answer knows whether there is more.</summary>
    public Statement Rows(string columns) => Bind(
        $"SELECT {columns} {From()}WHERE {where} ORDER BY {Order()} LIMIT ? OFFSET ?", (long)query.Limit + 1, (long)query.Offset);

    public Statement Count(int cap) => Bind($"SELECT count(*) FROM (SELECT 1 {From()}WHERE {where} LIMIT ?)", (long)cap);

    private string From() => query.Level switch
    {
        QidoLevel.Study when query.SeriesUid is null => "FROM study st ",
        QidoLevel.Instance => "FROM study st JOIN series s ON s.study_key = st.key JOIN instance i ON i.series_key = s.key JOIN instance_json j ON j.key = i.key ",
        _ => "FROM study st JOIN series s ON s.study_key = st.key ",
    };

    private string Order()
    {
        var order = query.StudyUid is null ? "st.study_date DESC, st.key DESC" : "";
        if (query.Level >= QidoLevel.Series)
            order += (order.Length > 0 ? ", " : "") + "s.number, s.key";
        if (query.Level == QidoLevel.Instance)
            order += ", i.number, i.key";
        return order.Length > 0 ? order : "st.key";
    }

    private void Add(QidoFilter filter)
    {
        var value = filter.Value.Trim();
        var tag = filter.Tag;
        // An empty value matches everything (PS3.4 §C.2.2.2.3); so does a lone asterisk.
        if (value.Length == 0 || value == "*" || tag == DicomTags.InstanceAvailability || tag == DicomTags.SpecificCharacterSet)
            return;
        if (filter.Within.Count > 0)
            AddStored(string.Concat(filter.Within.Append(tag).Select(t => t.JsonKey)), VrOf(tag), value);
        else if (tag == DicomTags.ModalitiesInStudy || (tag == DicomTags.Modality && query.Level == QidoLevel.Study))
            AddModality(value);
        else if (tag == DicomTags.PatientName)
            AddName('=', value);
        else if (tag == DicomTags.ReferringPhysicianName)
            AddName('@', value);
        else if (QidoColumns.Find(tag) is { } known)
            AddColumn(known.Level, known.Column, VrOf(tag), value);
        else
            AddStored(tag.JsonKey, VrOf(tag), value);
    }

    private void AddModality(string value)
    {
        var list = value.Split(['\\', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var match = string.Join(" OR ", list.Select(m => IsPattern(m) ? "m.modality GLOB ?" : "m.modality = ?"));
        var patterns = list.Select(object (m) => IsPattern(m) ? Glob(m) : m).ToArray();
        if (list.Length == 0)
            return;
        var rare = Probe($"SELECT 1 FROM study_modality m WHERE m.site = ? AND ({match})", [query.Site, .. patterns]);
        if (rare)
            And($"st.key IN (SELECT m.study_key FROM study_modality m WHERE m.site = ? AND ({match}))", [query.Site, .. patterns]);
        else
            And($"EXISTS (SELECT 1 FROM study_modality m WHERE m.site = st.site AND m.study_key = st.key AND ({match}))", patterns);
    }

    private void AddName(char mark, string value)
    {
        if (query.FuzzyMatching && mark == '=')
        {
            foreach (var word in Words.Split(value.Replace('*', ' ')))
                And("st.key IN (SELECT w.study_key FROM study_word w WHERE w.site = ? AND w.word >= ? AND w.word < ?)", query.Site, word, Words.After(word));
            return;
        }

        // Each group of the query must match some group of the name: 'Yamada*' and '山田*' both find Yamada=山田.
        foreach (var group in value.Split('='))
        {
            var folded = FoldPattern(group);
            if (folded.Length == 0)
                continue;
            var fixedPart = folded[..(folded.IndexOfAny(['*', '?']) is >= 0 and var at ? at : folded.Length)];
            if (fixedPart.Length == folded.Length)
            {
                And("st.key IN (SELECT w.study_key FROM study_word w WHERE w.site = ? AND w.word = ?)", query.Site, mark + folded);
                continue;
            }

            And(
                "st.key IN (SELECT w.study_key FROM study_word w WHERE w.site = ? AND w.word >= ? AND w.word < ? AND w.word GLOB ?)",
                query.Site, mark + fixedPart, Words.After(mark + fixedPart), mark + Glob(folded));
        }
    }

    /// <summary>Folds what is between the wildcards.</summary>
    private static string FoldPattern(string text)
    {
        var folded = new StringBuilder();
        var part = new StringBuilder();
        foreach (var c in text)
        {
            if (c is '*' or '?')
            {
                folded.Append(Words.FoldPart(part.ToString())).Append(c);
                part.Clear();
            }
            else
            {
                part.Append(c);
            }
        }

        return folded.Length == 0 ? Words.Fold(part.ToString()) : folded.Append(Words.FoldPart(part.ToString())).ToString();
    }

    private void AddColumn(QidoLevel level, string column, DicomVr vr, string value)
    {
        var (sql, parameters) = Condition(column, vr, value);
        if (level <= query.Level)
        {
            And(sql, parameters);
            // The index of instances is by site and UID.
            if (column == "i.sop_uid")
                And("i.site = ?", query.Site);
            return;
        }

        // An attribute of a level below: some series or instance of the row has it.
        And(
            (level, query.Level) switch
            {
                (QidoLevel.Series, _) => $"EXISTS (SELECT 1 FROM series s WHERE s.study_key = st.key AND {sql})",
                (_, QidoLevel.Series) => $"EXISTS (SELECT 1 FROM instance i WHERE i.series_key = s.key AND {sql})",
                _ => $"EXISTS (SELECT 1 FROM series s JOIN instance i ON i.series_key = s.key WHERE s.study_key = st.key AND {sql})",
            },
            parameters);
    }

    private static (string Sql, object[] Values) Condition(string column, DicomVr vr, string value)
    {
        switch (vr)
        {
            case DicomVr.UI:
                var uids = value.Split(['\\', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                return ($"{column} IN ({string.Join(',', uids.Select(_ => "?"))})", [.. uids]);
            case DicomVr.DA or DicomVr.TM:
                var (from, to) = MatchRange.Of(value, vr);
                return from is null && to is null ? ("1", [])
                    : from is null ? ($"({column} <= ? AND {column} <> '')", [to!])
                    : to is null ? ($"{column} >= ?", [from])
                    : ($"{column} BETWEEN ? AND ?", [from, to]);
            case DicomVr.IS:
                return long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? ($"{column} = ?", [number]) : ("0", []);
            default:
                return IsPattern(value) ? ($"{column} GLOB ?", [Glob(value)]) : ($"{column} = ?", [value]);
        }
    }

    /// <summary>An attribute without a column: matched in the stored JSON of the row's first instance.</summary>
    private void AddStored(string key, DicomVr vr, string value)
    {
        var match = $"{StoredMatch.Function}({{0}}, ?, ?, ?)";
        object[] parameters = [key, vr.ToString(), vr == DicomVr.PN ? FoldPattern(value) : value];
        switch (query.Level)
        {
            case QidoLevel.Instance:
                And(string.Format(CultureInfo.InvariantCulture, match, "j.metadata"), parameters);
                break;
            case QidoLevel.Series:
                And($"EXISTS (SELECT 1 FROM instance_json x WHERE x.key = s.first_instance AND {string.Format(CultureInfo.InvariantCulture, match, "x.metadata")})", parameters);
                break;
            default:
                And($"EXISTS (SELECT 1 FROM instance_json x WHERE x.key = st.first_instance AND {string.Format(CultureInfo.InvariantCulture, match, "x.metadata")})", parameters);
                break;
        }
    }

    private static DicomVr VrOf(DicomTag tag) => DicomDictionary.TryGet(tag, out var entry) ? entry.Vr : DicomVr.LO;

    private static bool IsPattern(string value) => value.AsSpan().ContainsAny('*', '?');

    /// <summary>DICOM's wildcards are GLOB's; its bracket is not.</summary>
    private static string Glob(string pattern) => pattern.Replace("[", "[[]", StringComparison.Ordinal);

    private bool Probe(string sql, object[] parameters)
    {
        var s = connection.Prepare($"SELECT count(*) FROM ({sql} LIMIT {SmallSet.ToString(CultureInfo.InvariantCulture)})");
        Bind(s, parameters, 1);
        s.Step();
        var count = s.Int64(0);
        s.Reset();
        return count < SmallSet;
    }

    private void And(string condition, params object[] parameters)
    {
        where.Append(where.Length > 0 ? " AND " : "").Append(condition);
        values.AddRange(parameters);
    }

    private Statement Bind(string sql, params object[] last)
    {
        var s = connection.Prepare(sql);
        Bind(s, values, 1);
        Bind(s, last, values.Count + 1);
        return s;
    }

    private static void Bind(Statement s, IReadOnlyList<object> values, int from)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is long number)
                s.Bind(from + i, number);
            else
                s.Bind(from + i, (string)values[i]);
        }
    }
}
