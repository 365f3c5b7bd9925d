namespace QureHost.Results.Coding;

/// <summary>Text fit for an element: no separators or control characters, no longer than its VR allows (PS3.5 §6.2).</summary>
internal static class Plain
{
    public static string Line(string text, int longest)
    {
        var line = string.Create(text.Length, text, static (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
                target[i] = source[i] == '\\' ? '/' : char.IsControl(source[i]) ? ' ' : source[i];
        }).Trim();
        if (line.Length <= longest)
            return line;
        return line[..(char.IsHighSurrogate(line[longest - 1]) ? longest - 1 : longest)].TrimEnd();
    }
}
