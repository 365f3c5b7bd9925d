namespace QureHost.Sdk.Testing;

/// <summary>What a product must keep to. The host enforces some of these run by run; here all of them are looked for.</summary>
public enum ConformanceRule
{
    /// <summary><c>plugin.json</c> can be read and breaks no rule of its own.</summary>
    Manifest,

    /// <summary>The manifest's <c>sdk</c> range holds this SDK.</summary>
    Sdk,

    /// <summary>The entry's class is there, is an <see cref="IProduct"/>, and has a public parameterless constructor.</summary>
    Code,

    /// <summary>The plugin's folder holds no copy of the SDK: the host brings it.</summary>
    OwnSdk,

    /// <summary>Each model of the manifest is there and is what its card says; the card keeps <c>model.schema.json</c>.</summary>
    Models,

    /// <summary>A site that sets nothing up has valid settings, and so has one that writes down the schema's own defaults.</summary>
    Settings,

    /// <summary>The run ends without an exception.</summary>
    Ends,

    /// <summary>Every result, checkpoint and model call keeps the contract.</summary>
    Contract,

    /// <summary>The run says something: at least a gate or a finding.</summary>
    Speaks,

    /// <summary>A result that belongs to another belongs to one that stands.</summary>
    References,

    /// <summary>No result is preliminary at the end.</summary>
    Final,

    /// <summary>A refused run publishes no finding that is assessed.</summary>
    Refusal,

    /// <summary>Images, frames, coordinates and text spans are those of the study.</summary>
    Places,

    /// <summary>A product whose manifest says that it does not localise publishes no shape, mask or key image.</summary>
    Localises,

    /// <summary>It reads results of other products only where the manifest lists them.</summary>
    Reads,

    /// <summary>It gives a sign of life as often as the manifest promises, and ends within its timeout.</summary>
    Heartbeat,

    /// <summary>It returns soon after it was cancelled.</summary>
    Cancels,

    /// <summary>It ends every lease of a slice or tensor.</summary>
    Leases,

    /// <summary>It says the same about the same study again.</summary>
    Repeats,

    /// <summary>Nothing comes after <see cref="IProduct.RunAsync"/> returned.</summary>
    Afterwards,

    /// <summary>Nothing that names the patient is written to the console, which is the plugin's log.</summary>
    Quiet,
}

/// <summary>A rule, and how the product kept it.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Problems">Empty where it was kept.</param>
public sealed record ConformanceCheck(ConformanceRule Rule, IReadOnlyList<string> Problems);

/// <summary>How a product did on one study.</summary>
/// <param name="Checks">The rules that could be looked at, in their order.</param>
public sealed record ConformanceReport(IReadOnlyList<ConformanceCheck> Checks)
{
    /// <summary>True where every rule was looked at and kept.</summary>
    public bool Conforms => Checks.Count == Enum.GetValues<ConformanceRule>().Length && Checks.All(c => c.Problems.Count == 0);

    /// <summary><c>Rule: problem</c> of each that was not kept, and <c>Rule: not looked at</c> where an earlier one stood in the way.</summary>
    public IReadOnlyList<string> Broken =>
    [
        .. Checks.SelectMany(c => c.Problems.Select(p => $"{c.Rule}: {p}")),
        .. Enum.GetValues<ConformanceRule>().Except(Checks.Select(c => c.Rule)).Select(r => $"{r}: not looked at."),
    ];
}

/// <summary>How a check is made.</summary>
public sealed record ConformanceOptions
{
    /// <summary>Folders that hold a folder per model, besides the plugin's own <c>models</c>.</summary>
    public IReadOnlyList<string> ModelRoots { get; init; } = [];

    /// <summary>How long a product may take to return after it was told to; the host's is 5 s.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long is listened after the end for words that come too late.</summary>
    public TimeSpan Afterwards { get; init; } = TimeSpan.FromMilliseconds(300);
}
