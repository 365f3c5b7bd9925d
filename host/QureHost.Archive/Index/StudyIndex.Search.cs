using System.Buffers;
using System.Text;

namespace QureHost.Archive;

public sealed partial class StudyIndex
{
    /// <summary>More rows than this in one answer are not given, whatever is asked.</summary>
    public const int MostRows = 10_000;

    private delegate void RowSink(ReadOnlySpan<byte> row);

    /// <summary>Writes a DICOM JSON array of the matching rows, ready to send.</summary>
    /// <param name="query">What to look for.</param>
    /// <param name="baseUrl">Address of the site's DICOMweb root without a slash at its end.</param>
    /// <param name="output">Where the JSON goes.</param>
    public QidoAnswer WriteMatches(QidoQuery query, string baseUrl, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(output);
        var root = EncodeBase(baseUrl);
        var separator = (byte)'[';
        var answer = Search(query, row =>
        {
            Put(output, separator);
            separator = (byte)',';
            JsonTemplate.Write(row, root, output);
        });
        if (separator == (byte)'[')
            Put(output, separator);
        Put(output, (byte)']');
        return answer;
    }

    /// <summary>The matching rows as DICOM JSON objects (templates, see <see cref="JsonTemplate"/>).</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Query(QidoQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var rows = new List<ReadOnlyMemory<byte>>();
        Search(query, row => rows.Add(row.ToArray()));
        return rows;
    }

    /// <summary>How many rows match, counted up to a cap: counting is not free.</summary>
    public int Count(QidoQuery query, int cap)
    {
        ArgumentNullException.ThrowIfNull(query);
        return database.Read(connection =>
        {
            var s = new QidoSql(connection, query).Count(cap);
            s.Step();
            var count = s.Int32(0);
            s.Reset();
            return count;
        });
    }

    private QidoAnswer Search(QidoQuery query, RowSink sink)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(query.Offset);
        query = query with { Limit = Math.Clamp(query.Limit, 0, MostRows) };
        var own = query.Level switch { QidoLevel.Study => "st.json", QidoLevel.Series => "s.json", _ => "j.row" };
        var columns = new List<string> { own };
        // What the path does not name comes along: a search over all series tells of their studies too.
        if (query is { Level: QidoLevel.Instance, SeriesUid: null })
            columns.Add("s.json");
        if (query is { Level: > QidoLevel.Study, StudyUid: null })
            columns.Add("st.json");
        var more = Includes(query);
        if (more is not null)
        {
            columns.Add(query.Level switch
            {
                QidoLevel.Study => "(SELECT metadata FROM instance_json x WHERE x.key = st.first_instance)",
                QidoLevel.Series => "(SELECT metadata FROM instance_json x WHERE x.key = s.first_instance)",
                _ => "j.metadata",
            });
        }

        return database.Read(connection =>
        {
            var s = new QidoSql(connection, query).Rows(string.Join(", ", columns));
            var count = 0;
            var merged = columns.Count == 1 ? null : new Scratch();
            while (s.Step())
            {
                if (count == query.Limit)
                {
                    s.Reset();
                    return new QidoAnswer(count, true);
                }

                count++;
                sink(merged is null ? s.Blob(0) : merged.Merge(s, columns.Count, more));
            }

            s.Reset();
            return new QidoAnswer(count, false);
        });
    }

    /// <summary>Which attributes of the stored dataset are wanted beyond the rows; null for none.</summary>
    private static JsonMerge.Wanted? Includes(QidoQuery query)
    {
        if (query.IncludeAll)
            return (key, value) => QidoColumns.Belongs(query.Level, Tag(key)) && value.IndexOf("\"BulkDataURI\""u8) < 0;
        if (query.IncludeFields.Count == 0)
            return null;
        var keys = query.IncludeFields.Where(t => QidoColumns.Belongs(query.Level, t)).Select(t => t.Number).ToHashSet();
        return keys.Count == 0 ? null : (key, _) => keys.Contains(Tag(key));
    }

    private static uint Tag(ReadOnlySpan<byte> key) =>
        System.Buffers.Text.Utf8Parser.TryParse(key, out uint tag, out _, 'X') ? tag : 0;

    private static void Put(IBufferWriter<byte> output, byte one)
    {
        output.GetSpan(1)[0] = one;
        output.Advance(1);
    }

    /// <summary>A base URL as it may stand inside a JSON string.</summary>
    private static byte[] EncodeBase(string baseUrl) =>
        Encoding.UTF8.GetBytes(System.Text.Json.JsonEncodedText.Encode(baseUrl, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString());

    /// <summary>Two buffers in turn, for joining a row out of several stored objects.</summary>
    private sealed class Scratch
    {
        private ArrayBufferWriter<byte> from = new(4096);
        private ArrayBufferWriter<byte> to = new(4096);

        /// <summary>Joins the row's columns, the most particular first; the last is the dataset where one is asked.</summary>
        public ReadOnlySpan<byte> Merge(Statement s, int columns, JsonMerge.Wanted? ofLast)
        {
            from.ResetWrittenCount();
            from.Write(s.Blob(0));
            for (var i = 1; i < columns; i++)
            {
                to.ResetWrittenCount();
                JsonMerge.Write(from.WrittenSpan, s.Blob(i), i == columns - 1 ? ofLast : null, to);
                (from, to) = (to, from);
            }

            return from.WrittenSpan;
        }
    }
}
