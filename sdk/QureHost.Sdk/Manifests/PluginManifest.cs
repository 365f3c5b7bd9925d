using System.Text.Json;
using System.Text.Json.Serialization;

namespace QureHost.Sdk.Manifests;

/// <summary>When a product's run starts.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StartsOn>))]
public enum StartsOn
{
    /// <summary>On the first instance that an input matches; later ones are seen through <c>IStudy.WatchAsync</c>.</summary>
    Slice,

    /// <summary>When a series that an input matches is quiet.</summary>
    Series,

    /// <summary>When the study is quiet, or said to be complete.</summary>
    Settled,

    /// <summary>When a text report is attached.</summary>
    Report,
}

/// <summary>Urgency of a run. A plugin proposes; the site decides.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Lane>))]
public enum Lane
{
    /// <summary>Minutes cost brain or life: nothing is put before it.</summary>
    Stat,

    /// <summary>Within minutes.</summary>
    Urgent,

    /// <summary>The day's work.</summary>
    Routine,

    /// <summary>Screening batches and research.</summary>
    Background,
}

/// <summary>A plugin's <c>plugin.json</c>: what the host must know before it loads any code.</summary>
public sealed record PluginManifest
{
    /// <summary>Product id, <c>a-z 0-9 -</c>: <c>chest-xray</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary>Semantic version.</summary>
    public required string Version { get; init; }

    /// <summary>One paragraph: what it does, for whom, and what it does not do.</summary>
    public string Description { get; init; } = "";

    /// <summary>SDK versions it works with, for instance <c>&gt;=0.1 &lt;0.2</c>.</summary>
    public required string Sdk { get; init; }

    /// <summary>Where its code is.</summary>
    public required PluginEntry Entry { get; init; }

    /// <summary>Models it opens by name.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>When its run starts.</summary>
    public required StartsOn Starts { get; init; }

    /// <summary>Instances it wants; any one suffices. Empty for a product of reports.</summary>
    public IReadOnlyList<InputRule> Inputs { get; init; } = [];

    /// <summary>Other products whose results it reads.</summary>
    public IReadOnlyList<string> Reads { get; init; } = [];

    /// <summary>Lane proposed to the site.</summary>
    public Lane Lane { get; init; } = Lane.Routine;

    /// <summary>Deadline proposed to the site, in seconds from the start condition.</summary>
    public double DeadlineSeconds { get; init; } = 600;

    /// <summary>An attempt is ended after this long without a checkpoint.</summary>
    public double HeartbeatSeconds { get; init; } = 60;

    /// <summary>An attempt is ended after this long in all.</summary>
    public double TimeoutSeconds { get; init; } = 900;

    /// <summary>Attempts before the job fails.</summary>
    public int Attempts { get; init; } = 2;

    /// <summary>Finding names it may publish; <c>*</c> among them where a site may add findings of its own.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>False for a triage product: a study-level flag is shown, without localisation.</summary>
    public bool Localises { get; init; } = true;

    /// <summary>JSON schema of its settings (draft 2020-12), or null.</summary>
    public JsonElement? Settings { get; init; }

    /// <summary>A detached signature over the package's checksums, or null.</summary>
    public string? Signature { get; init; }
}

/// <summary>The assembly and type that implement <see cref="IProduct"/>.</summary>
public sealed record PluginEntry(string Assembly, string Type);

/// <summary>A rule that an instance matches when every list that is not empty holds its value.</summary>
public sealed record InputRule
{
    /// <summary>Values of Modality (0008,0060).</summary>
    public IReadOnlyList<string> Modality { get; init; } = [];

    /// <summary>Values of Body Part Examined (0018,0015). An instance without one matches: senders leave it out.</summary>
    public IReadOnlyList<string> BodyPart { get; init; } = [];

    /// <summary>SOP Class UIDs.</summary>
    public IReadOnlyList<string> SopClass { get; init; } = [];
}
