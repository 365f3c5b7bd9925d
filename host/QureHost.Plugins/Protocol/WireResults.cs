using QureHost.Sdk.Results;

namespace QureHost.Plugins.Protocol;

/// <summary>Results as they come off the wire.</summary>
public static class WireResults
{
    /// <summary>Gives lists that a writer left out their empty form; what is wrong beyond that, the contract says.</summary>
    public static Result Complete(Result result) => result switch
    {
        Gate { Reasons: null } gate => gate with { Reasons = [] },
        Finding { Images: null } finding => finding with { Images = [] },
        Mask { Segments: null } mask => mask with { Segments = [] },
        _ => result,
    };
}
