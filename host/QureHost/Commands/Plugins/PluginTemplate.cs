namespace QureHost.Commands;

/// <summary>
/// Expands <c>sdk/templates/plugin</c> as <c>dotnet new</c> would, without installing a template on somebody's machine: the
/// same three replacements as its <c>template.json</c>.
/// </summary>
internal static class PluginTemplate
{
    private static readonly string Source = Path.Combine(AppContext.BaseDirectory, "templates", "plugin");

    public static void Write(string folder, PluginName name, string sdk)
    {
        foreach (var file in Directory.EnumerateFiles(Source, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(Source, file);
            if (path.StartsWith(".template.config", StringComparison.Ordinal))
            {
                continue;
            }

            var target = Path.Combine(folder, Replace(path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllText(target, Replace(File.ReadAllText(file)));
        }

        string Replace(string text) => text.Replace("SamplePlugin", name.Pascal).Replace("sample-plugin", name.Kebab).Replace("SDK-VERSION", sdk);
    }
}
