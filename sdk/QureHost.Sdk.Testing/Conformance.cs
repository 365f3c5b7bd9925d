using System.Text.Json;
using System.Text.Json.Nodes;
using QureHost.Imaging;
using QureHost.Onnx;
using QureHost.Sdk.Inference;
using QureHost.Sdk.Manifests;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Sdk.Testing;

/// <summary>
/// Holds a plugin against the contract: its folder, then four runs on a study (one whole, one cancelled, one whole again
/// and what comes after it). A product that ends its process ends the check as well: run strangers' with
/// <c>qurehost plugin check</c>, which is a process of its own.
/// </summary>
public static class Conformance
{
    private static readonly SemaphoreSlim OneAtATime = new(1);

    /// <summary>Rules over all of a run's results together.</summary>
    /// <returns>What is wrong; empty where the results conform.</returns>
    public static IReadOnlyList<string> ProblemsOf(IReadOnlyList<Result> results) =>
        [.. References(results), .. Preliminary(results), .. Refusal(results)];

    /// <summary>Checks a plugin on a study.</summary>
    /// <param name="pluginFolder">Its built folder: <c>plugin.json</c> beside its assemblies, models below <c>models</c>.</param>
    /// <param name="dicomPath">A DICOM file, or a folder of one study that the product reads.</param>
    /// <param name="options">How.</param>
    /// <param name="ct">Ends the check.</param>
    /// <exception cref="InvalidDataException">There is no study at <paramref name="dicomPath"/>.</exception>
    public static async Task<ConformanceReport> CheckAsync(string pluginFolder, string dicomPath, ConformanceOptions? options = null, CancellationToken ct = default)
    {
        options ??= new ConformanceOptions();
        var study = await FolderStudy.OpenAsync(dicomPath, ct).ConfigureAwait(false);
        var checks = new List<ConformanceCheck>();
        if (Static(pluginFolder, options, checks) is not { } found)
        {
            return new ConformanceReport(checks);
        }

        var (manifest, create) = found;

        // The console is the process's: one check at a time listens to it.
        await OneAtATime.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            using var models = new LocalModels([Path.Combine(pluginFolder, "models"), .. options.ModelRoots], Accelerator.Cpu);
            await RunsAsync(new ConformanceRuns(manifest, create, study, models, options), study, checks, ct).ConfigureAwait(false);
        }
        finally
        {
            OneAtATime.Release();
        }

        return new ConformanceReport([.. checks.OrderBy(c => c.Rule)]);
    }

    /// <summary>What can be said without running anything; null where nothing can be run.</summary>
    private static (PluginManifest Manifest, Func<IProduct> Create)? Static(string folder, ConformanceOptions options, List<ConformanceCheck> checks)
    {
        PluginManifest manifest;
        try
        {
            manifest = ManifestReader.Read(File.ReadAllBytes(Path.Combine(folder, "plugin.json")));
            checks.Add(new ConformanceCheck(ConformanceRule.Manifest, []));
        }
        catch (Exception e) when (e is ManifestException or IOException)
        {
            checks.Add(new ConformanceCheck(ConformanceRule.Manifest, [e.Message]));
            return null;
        }

        var fits = SdkRange.TryParse(manifest.Sdk, out var range) && range.Contains(SdkVersion.Current);
        checks.Add(new ConformanceCheck(ConformanceRule.Sdk, fits ? [] : [$"It is made for SDK {manifest.Sdk}; this is {SdkVersion.Current}."]));
        checks.Add(new ConformanceCheck(ConformanceRule.OwnSdk, Directory.EnumerateFiles(folder, "QureHost.Sdk.dll", SearchOption.AllDirectories).Any() && !IsBesideTests(folder)
            ? ["QureHost.Sdk.dll lies in the plugin's folder. Reference the SDK with ExcludeAssets=\"runtime\"."]
            : []));
        checks.Add(new ConformanceCheck(ConformanceRule.Models, ModelProblems(folder, manifest, options)));
        checks.Add(new ConformanceCheck(ConformanceRule.Settings, SettingsProblems(manifest)));
        try
        {
            var create = PluginAssembly.Load(folder, manifest);
            checks.Add(new ConformanceCheck(ConformanceRule.Code, []));
            return checks.All(c => c.Problems.Count == 0 || c.Rule == ConformanceRule.OwnSdk) ? (manifest, create) : null;
        }
        catch (InvalidOperationException e)
        {
            checks.Add(new ConformanceCheck(ConformanceRule.Code, [e.Message]));
            return null;
        }
    }

    // The output folder of the plugin's own tests holds the SDK rightly: a test host stands in for the real one there.
    private static bool IsBesideTests(string folder) => File.Exists(Path.Combine(folder, "QureHost.Sdk.Testing.dll"));

    private static List<string> ModelProblems(string folder, PluginManifest manifest, ConformanceOptions options)
    {
        string[] roots = [Path.Combine(folder, "models"), .. options.ModelRoots];
        var problems = new List<string>();
        foreach (var name in manifest.Models)
        {
            if (Array.Find(Array.ConvertAll(roots, r => Path.Combine(r, name)), Directory.Exists) is { } found)
            {
                problems.AddRange(ModelCheck.Verify(found).Problems.Select(p => $"'{name}': {p}"));
            }
            else
            {
                problems.Add($"'{name}' is not in {string.Join(" or ", roots)}.");
            }
        }

        return problems;
    }

    private static List<string> SettingsProblems(PluginManifest manifest)
    {
        var problems = new List<string>();
        using var nothing = JsonDocument.Parse("{}");
        problems.AddRange(SettingsSchema.Problems(manifest.Settings, nothing.RootElement).Select(p => $"Nothing set up: {p}"));
        if (manifest.Settings is { } schema && schema.TryGetProperty("properties", out var properties))
        {
            var defaults = new JsonObject();
            foreach (var property in properties.EnumerateObject().Where(p => p.Value.TryGetProperty("default", out _)))
            {
                defaults[property.Name] = JsonNode.Parse(property.Value.GetProperty("default").GetRawText());
            }

            using var written = JsonDocument.Parse(defaults.ToJsonString());
            problems.AddRange(SettingsSchema.Problems(schema, written.RootElement).Select(p => $"The schema's own defaults: {p}"));
        }

        return problems;
    }

    private static async Task RunsAsync(ConformanceRuns runs, IStudy study, List<ConformanceCheck> checks, CancellationToken ct)
    {
        void Check(ConformanceRule rule, IEnumerable<string> problems) => checks.Add(new ConformanceCheck(rule, [.. problems]));
        void Watched(ConformanceRule rule, WatchedOutcome outcome) => Check(rule, outcome.Problems.Where(p => p.Rule == rule).Select(p => p.Problem).Distinct());

        var first = await runs.RunAsync(ct).ConfigureAwait(false);
        Watched(ConformanceRule.Heartbeat, first);
        Watched(ConformanceRule.Reads, first);
        Watched(ConformanceRule.Quiet, first);
        Check(ConformanceRule.Contract, first.Broken is { } broken ? [broken] : []);
        Check(ConformanceRule.Ends, first.Error is { } error ? [error] : []);
        if (!first.Returned || first.Broken is not null || first.Error is not null || first.Problems.Any(p => p.Rule == ConformanceRule.Heartbeat))
        {
            return;   // the rest asks what a whole run said
        }

        var results = first.Results;
        Check(ConformanceRule.Speaks, results.Any(r => r is Gate or Finding) ? [] : ["It published neither a gate nor a finding: a reader cannot tell 'nothing found' from 'not looked at'."]);
        Check(ConformanceRule.References, References(results));
        Check(ConformanceRule.Final, Preliminary(results));
        Check(ConformanceRule.Refusal, Refusal(results));
        Check(ConformanceRule.Places, await ResultPlaces.ProblemsAsync(results, study, ct).ConfigureAwait(false));
        Check(ConformanceRule.Localises, runs.Manifest.Localises ? [] : results.Where(r => r is Shape or Mask or KeyImage).Select(r => $"'{r.Id}' localises, and the manifest says that the product does not."));
        Check(ConformanceRule.Leases, first.OpenLeases.Select(l => $"The lease of {l} was not ended."));
        Watched(ConformanceRule.Afterwards, first);

        var cancelled = await runs.CancelAsync(ct).ConfigureAwait(false);
        Watched(ConformanceRule.Cancels, cancelled);
        if (cancelled.Returned)
        {
            var second = await runs.RunAsync(ct).ConfigureAwait(false);
            Check(ConformanceRule.Repeats, SameResults.Differences(results, second.Results));
        }
    }

    private static IEnumerable<string> References(IReadOnlyList<Result> results)
    {
        var ids = results.Select(r => r.Id).ToHashSet();
        return results.Where(r => r.Of is not null && !ids.Contains(r.Of)).Select(r => $"Result '{r.Id}' belongs to '{r.Of}', which does not stand.");
    }

    private static IEnumerable<string> Preliminary(IReadOnlyList<Result> results) =>
        results.Where(r => !r.Final).Select(r => $"Result '{r.Id}' is still preliminary at the end of the run.");

    private static IEnumerable<string> Refusal(IReadOnlyList<Result> results) =>
        ResultSummary.StatusOf(results) == GateStatus.Refused
            ? results.OfType<Finding>().Where(f => f.Presence != Presence.NotAssessed).Select(f => $"The run is refused and yet finding '{f.Id}' is {f.Presence}.")
            : [];
}
