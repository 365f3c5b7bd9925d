using System.Runtime.CompilerServices;
using System.Text.Json;
using QureHost.Sdk;
using QureHost.Sdk.Inference;
using QureHost.Sdk.Manifests;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;
using QureHost.Sdk.Vocabulary;
using QureHost.Testing;

namespace QureHost.Plugins.ReportNlp.Tests;

public sealed class ProductTests
{
    private static readonly PluginManifest Manifest = JsonSerializer.Deserialize(
        File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "plugins", "ReportNlp", "plugin.json")), SdkJson.Default.PluginManifest)!;

    [Fact]
    public void The_manifest_starts_the_product_on_a_report_and_lists_findings_of_the_vocabulary()
    {
        Assert.Equal("report-nlp", Manifest.Id);
        Assert.Equal(StartsOn.Report, Manifest.Starts);
        Assert.Equal(typeof(ReportNlpProduct).FullName, Manifest.Entry.Type);
        Assert.Equal(typeof(ReportNlpProduct).Assembly.GetName().Name + ".dll", Manifest.Entry.Assembly);
        Assert.All(Manifest.Findings.Where(name => name != "*"), name => Assert.Equal(name, FindingVocabulary.NameOf(name)));
    }

    [Fact]
    public async Task Given_a_report_the_product_publishes_each_finding_with_the_words_that_say_it()
    {
        const string text = "FINDINGS: Small right pleural effusion. No pneumothorax. Possible pneumonia.";
        var run = await RunAsync([text]);

        var effusion = run.Finding("pleural_effusion");
        Assert.Equal((Presence.Present, Laterality.Right), (effusion.Presence, effusion.Laterality));
        Assert.Equal("pleural effusion", text.Substring(effusion.Text!.Start, effusion.Text.Length));
        Assert.Equal("r0", effusion.Text.ReportId);
        Assert.Equal((Presence.Absent, "negated by \"No\""), (run.Finding("pneumothorax").Presence, run.Finding("pneumothorax").Reason));
        Assert.Equal((Presence.Indeterminate, "left open by \"Possible\""), (run.Finding("pneumonia").Presence, run.Finding("pneumonia").Reason));
        Assert.Equal("implied by pneumonia; left open by \"Possible\"", run.Finding("opacity_any").Reason);
    }

    [Fact]
    public async Task Of_two_reports_the_newer_has_the_last_word()
    {
        var run = await RunAsync(["Right effusion. No nodule.", "The effusion has resolved."]);

        Assert.Equal((Presence.Absent, "r1"), (run.Finding("pleural_effusion").Presence, run.Finding("pleural_effusion").Text!.ReportId));
        Assert.Equal("r0", run.Finding("nodule").Text!.ReportId);
    }

    [Fact]
    public async Task Given_no_report_the_product_says_so()
    {
        var run = await RunAsync([]);

        Assert.Equal(GateStatus.Refused, Assert.IsType<Gate>(Assert.Single(run.Results.Values)).Status);
    }

    [Fact]
    public async Task A_sites_own_finding_is_published_under_its_own_name()
    {
        using var rules = JsonDocument.Parse("""{ "findings": [ { "name": "azygos_lobe", "in": "chest", "phrases": ["azygos (lobe|fissure)"] } ] }""");
        var run = await RunAsync(["Azygos fissure."], new ReportNlpSettings { Rules = rules.RootElement.Clone() });

        Assert.Equal(Presence.Present, run.Finding("azygos_lobe").Presence);
    }

    [Fact]
    public void A_text_is_labelled_without_a_study()
    {
        ITextProduct product = new ReportNlpProduct();

        Assert.Equal(new Dictionary<string, int> { ["pneumothorax"] = 0 }, product.Label("No pneumothorax.", "CXR"));
        Assert.Empty(product.Label(null!, null!));
    }

    private static async Task<FakeRun> RunAsync(string[] reports, ReportNlpSettings? settings = null)
    {
        var run = new FakeRun(reports, settings ?? new ReportNlpSettings());
        await new ReportNlpProduct().RunAsync(run, TestContext.Current.CancellationToken);
        return run;
    }

    private sealed class FakeRun(string[] reports, ReportNlpSettings settings) : IRun, IStudy
    {
        private readonly ResultContract contract = new(Manifest);

        public Dictionary<string, Result> Results { get; } = [];

        public RunInfo Info { get; } = new("run", 1, Manifest.Id, Manifest.Version, "default", "1.2.3");

        public IStudy Study => this;

        public string Uid => "1.2.3";

        public ITags Tags => throw new NotSupportedException();

        public IReadOnlyList<ISeries> Series => [];

        public Finding Finding(string name) => Assert.IsType<Finding>(Results[name]);

        public T Settings<T>() where T : class, new() => (T)(object)settings;

        public ValueTask<IModel> ModelAsync(string name, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<ITensor> RentAsync(TensorType type, IReadOnlyList<int> shape, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask CheckpointAsync(double? done, string stage, CancellationToken ct) => ValueTask.CompletedTask;

        public ValueTask PublishAsync(Result result, CancellationToken ct)
        {
            contract.Check(result);
            Results[result.Id] = result;
            return ValueTask.CompletedTask;
        }

        public ValueTask WithdrawAsync(string id, string reason, CancellationToken ct) => throw new NotSupportedException();

        public IAsyncEnumerable<StudyEvent> WatchAsync(CancellationToken ct) => throw new NotSupportedException();

        public IAsyncEnumerable<IStudy> PriorsAsync(CancellationToken ct) => throw new NotSupportedException();

        public IAsyncEnumerable<Result> ResultsOfAsync(string product, CancellationToken ct) => throw new NotSupportedException();

        public async IAsyncEnumerable<StudyReport> ReportsAsync([EnumeratorCancellation] CancellationToken ct)
        {
            for (var i = 0; i < reports.Length; i++)
            {
                await Task.Yield();
                yield return new StudyReport($"r{i}", "posted", "CR", reports[i], DateTimeOffset.UnixEpoch.AddMinutes(i));
            }
        }
    }
}
