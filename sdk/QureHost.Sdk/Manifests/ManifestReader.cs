using System.Text.Json;
using System.Text.Json.Nodes;
using QureHost.Sdk.Vocabulary;

namespace QureHost.Sdk.Manifests;

/// <summary>A <c>plugin.json</c> that cannot be used; each problem is a sentence for its author.</summary>
public sealed class ManifestException(IReadOnlyList<string> problems) : Exception("plugin.json: " + string.Join(" ", problems))
{
    /// <summary>All that is wrong.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}

/// <summary>Reads a <c>plugin.json</c> and says all that is wrong with it at once.</summary>
public static class ManifestReader
{
    /// <summary>Larger manifests are refused.</summary>
    public const int LargestBytes = 1 << 20;

    /// <summary>Reads and checks.</summary>
    /// <exception cref="ManifestException">It is not JSON, not a manifest, or breaks a rule.</exception>
    public static PluginManifest Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > LargestBytes)
        {
            throw new ManifestException([$"It is larger than {LargestBytes >> 20} MB."]);
        }

        json = json.StartsWith("\uFEFF"u8) ? json[3..] : json;
        PluginManifest? manifest;
        try
        {
            var node = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            manifest = node is JsonObject written ? Complete(written).Deserialize(SdkJson.Default.PluginManifest) : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new ManifestException([e.Message.EndsWith('.') ? e.Message : e.Message + "."]);
        }

        var problems = manifest is null ? ["It holds no object."] : Problems(manifest);
        return problems.Count == 0 ? manifest! : throw new ManifestException(problems);
    }

    /// <summary>What is wrong with a manifest; empty where nothing is. That this host's SDK is in its range is not checked here.</summary>
    public static IReadOnlyList<string> Problems(PluginManifest manifest)
    {
        var problems = new List<string>();
        void Rule(bool holds, string otherwise)
        {
            if (!holds)
            {
                problems.Add(otherwise);
            }
        }

        if (manifest.Models is null || manifest.Reads is null || manifest.Inputs is null || manifest.Findings is null
            || manifest.Inputs.Any(i => i?.Modality is null || i.BodyPart is null || i.SopClass is null))
        {
            return ["A list is null: leave it out, or write []."];
        }

        Rule(IsId(manifest.Id), "'id' is 1 to 32 of a-z 0-9 and '-', beginning with a letter.");
        Rule(!string.IsNullOrWhiteSpace(manifest.Name) && manifest.Name.Length <= 100, "'name' is missing or longer than 100 characters.");
        Rule(IsVersion(manifest.Version), "'version' is not a semantic version such as 1.2.0.");
        Rule(SdkRange.TryParse(manifest.Sdk ?? "", out _), "'sdk' is not a range such as '>=0.1 <0.2'.");
        Rule(IsFileName(manifest.Entry?.Assembly), "'entry.assembly' is the name of a .dll in the plugin's folder, without a path.");
        Rule(!string.IsNullOrWhiteSpace(manifest.Entry?.Type), "'entry.type' names the class that implements IProduct.");
        Rule(manifest.Starts == StartsOn.Report || manifest.Inputs.Count > 0, "'inputs' is empty: only a product that starts on a report may have none.");
        Rule(manifest.Models.All(IsId), "'models' holds names of a-z 0-9 and '-'.");
        Rule(manifest.Reads.All(IsId) && !manifest.Reads.Contains(manifest.Id), "'reads' holds ids of other products.");
        Rule(Enum.IsDefined(manifest.Lane) && Enum.IsDefined(manifest.Starts), "'lane' or 'starts' is not one of the known names.");
        Rule(manifest.DeadlineSeconds is > 0 and <= 7 * 86400, "'deadlineSeconds' is not between 0 and a week.");
        Rule(manifest.HeartbeatSeconds is >= .1 and <= 3600, "'heartbeatSeconds' is not between 0.1 and 3600.");
        Rule(manifest.TimeoutSeconds is >= .1 and <= 86400, "'timeoutSeconds' is not between 0.1 and 86400.");
        Rule(manifest.Attempts is >= 1 and <= 10, "'attempts' is not between 1 and 10.");
        foreach (var name in manifest.Findings.Where(n => n != "*"))
        {
            Rule(FindingVocabulary.NameOf(name) == name, FindingVocabulary.NameOf(name) is { } proper
                ? $"Finding '{name}' is called '{proper}' in the vocabulary."
                : $"Finding '{name}' is not in the vocabulary.");
        }

        if (manifest.Settings is { } schema)
        {
            problems.AddRange(SettingsSchema.ProblemsOfSchema(schema));
        }

        return problems;
    }

    /// <summary>
    /// Adds what was left out. Source-generated JSON gives an absent init-only property null or zero, not its
    /// initialiser; so the defaults are taken from a manifest that has nothing but them.
    /// </summary>
    private static JsonObject Complete(JsonObject written)
    {
        var defaults = new PluginManifest { Id = "", Name = "", Version = "", Sdk = "", Entry = new PluginEntry("", ""), Starts = StartsOn.Slice };
        var whole = JsonSerializer.SerializeToNode(defaults, SdkJson.Default.PluginManifest)!.AsObject();
        foreach (var required in (ReadOnlySpan<string>)["id", "name", "version", "sdk", "entry", "starts"])
        {
            whole.Remove(required);   // left out, these are errors
        }

        foreach (var (name, value) in written)
        {
            whole[name] = value?.DeepClone();
        }

        if (whole["inputs"] is JsonArray inputs)
        {
            foreach (var rule in inputs.OfType<JsonObject>())
            {
                foreach (var list in (ReadOnlySpan<string>)["modality", "bodyPart", "sopClass"])
                {
                    if (!rule.ContainsKey(list))
                    {
                        rule[list] = new JsonArray();
                    }
                }
            }
        }

        return whole;
    }

    private static bool IsId(string? id) =>
        id is { Length: >= 1 and <= 32 } && char.IsAsciiLetterLower(id[0]) && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static bool IsVersion(string? version)
    {
        var core = version?.Split('-', '+')[0].Split('.');
        return version is { Length: <= 64 } && core is { Length: 3 } && core.All(n => n.Length is >= 1 and <= 9 && n.All(char.IsAsciiDigit))
            && version.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+');
    }

    private static bool IsFileName(string? name) =>
        name is { Length: > 4 and <= 200 } && name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
        && !name.Contains('/') && !name.Contains('\\') && !name.StartsWith('.');
}
