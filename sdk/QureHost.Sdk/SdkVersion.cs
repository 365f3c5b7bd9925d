namespace QureHost.Sdk;

/// <summary>The version of the contract, which a manifest's <c>sdk</c> range is held against.</summary>
public static class SdkVersion
{
    /// <summary>Major, minor, patch.</summary>
    public static Version Current { get; } = new(0, 1, 0);
}
