using QureHost.Sdk.Studies;

namespace QureHost.Pipeline;

/// <summary>The attributes of a study that has no instance: one that was only reported on.</summary>
internal sealed class NoTags : ITags
{
    public static readonly NoTags Instance = new();

    public bool Has(uint tag) => false;

    public string? Text(uint tag) => null;

    public IReadOnlyList<string> Texts(uint tag) => [];

    public double? Number(uint tag) => null;

    public IReadOnlyList<double> Numbers(uint tag) => [];

    public IReadOnlyList<ITags> Items(uint tag) => [];
}
