namespace QureHost.DicomWeb.Negotiation;

/// <summary>
/// A media type with its parameters. Parsed by hand because DICOMweb clients write values such as
/// <c>type=application/dicom</c> without the quotes that RFC 9110 wants around a slash.
/// </summary>
public sealed class MediaType
{
    private readonly Dictionary<string, string> _parameters;

    private MediaType(string name, Dictionary<string, string> parameters) => (Name, _parameters) = (name, parameters);

    /// <summary>Lower case, such as <c>multipart/related</c>.</summary>
    public string Name { get; }

    /// <summary>The value of a parameter without its quotes, or null.</summary>
    public string? this[string parameter] => _parameters.GetValueOrDefault(parameter);

    /// <summary>Parses one media type; null where there is none.</summary>
    public static MediaType? Parse(string? text) => ParseList(text) is [{ } first, ..] ? first : null;

    /// <summary>Parses a list as of an Accept header. Entries that are no media type are left out.</summary>
    public static List<MediaType> ParseList(string? text)
    {
        var list = new List<MediaType>();
        var at = 0;
        while (text is not null && at < text.Length)
        {
            var name = Token(text, ref at, ",;").ToLowerInvariant();
            var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            while (at < text.Length && text[at] == ';')
            {
                at++;
                var key = Token(text, ref at, ",;=");
                var value = "";
                if (at < text.Length && text[at] == '=')
                {
                    at++;
                    value = Value(text, ref at);
                }

                if (key.Length > 0)
                {
                    parameters[key] = value;
                }
            }

            at++; // the comma
            if (IsMediaType(name))
            {
                list.Add(new MediaType(name, parameters));
            }
        }

        return list;
    }

    private static bool IsMediaType(string name)
    {
        var slash = name.IndexOf('/');
        return slash > 0 && slash < name.Length - 1 && name.IndexOf('/', slash + 1) < 0 && !name.Any(char.IsWhiteSpace);
    }

    private static string Token(string text, ref int at, string ends)
    {
        var start = at;
        while (at < text.Length && !ends.Contains(text[at]))
        {
            at++;
        }

        return text[start..at].Trim();
    }

    private static string Value(string text, ref int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t')
        {
            at++;
        }

        if (at >= text.Length || text[at] != '"')
        {
            return Token(text, ref at, ",;");
        }

        var value = new System.Text.StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
            }

            value.Append(text[at]);
        }

        at = Math.Min(at + 1, text.Length); // the closing quote
        Token(text, ref at, ",;");          // what may stand behind it
        return value.ToString().Trim();
    }
}
