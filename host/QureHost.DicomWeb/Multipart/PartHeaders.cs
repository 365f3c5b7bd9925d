using System.Buffers;
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace QureHost.DicomWeb.Multipart;

/// <summary>The headers of one part; names in any case, the last of equal ones counts.</summary>
public sealed class PartHeaders : IEnumerable<KeyValuePair<string, string>>
{
    private const int MaxHeaders = 64;

    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    public string? ContentType => this["Content-Type"];

    public string? ContentLocation => this["Content-Location"];

    public string? this[string name] => _values.GetValueOrDefault(name);

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Parses up to the blank line, which is left in place: false while it has not arrived, or with a problem.</summary>
    internal static bool TryParse(ReadOnlySequence<byte> buffer, [NotNullWhen(true)] out PartHeaders? headers, out SequencePosition blankLine, out string? problem)
    {
        problem = null;
        headers = null;
        blankLine = default;
        var found = new PartHeaders();
        var reader = new SequenceReader<byte>(buffer);
        string? name = null;
        for (var count = 0; ; count++)
        {
            var at = reader.Position;
            if (!reader.TryReadTo(out ReadOnlySequence<byte> raw, (byte)'\n'))
            {
                return false;
            }

            var line = Encoding.UTF8.GetString(raw).TrimEnd('\r');
            if (line.Length == 0)
            {
                headers = found;
                blankLine = at;
                return true;
            }

            if (count == MaxHeaders)
            {
                problem = $"A part has more than {MaxHeaders} headers.";
                return false;
            }

            if (line[0] is ' ' or '\t' && name is not null)
            {
                found._values[name] += " " + line.Trim(); // a folded line, RFC 5322 §2.2.3
                continue;
            }

            var colon = line.IndexOf(':');
            name = colon > 0 ? line[..colon].TrimEnd() : "";
            if (name.Length == 0 || name.Any(c => c is <= ' ' or > '~') || line.Contains('\0'))
            {
                problem = "A part has a line among its headers that is not 'Name: value'.";
                return false;
            }

            found._values[name] = line[(colon + 1)..].Trim();
        }
    }

    internal static SequencePosition BehindLine(ReadOnlySequence<byte> buffer) =>
        buffer.GetPosition(1, buffer.PositionOf((byte)'\n')!.Value);
}
