using QureHost.Processes;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins;

/// <summary>A slice that lies in shared memory already: a worker maps it instead of being sent a copy.</summary>
public interface ISharedSlice : ISlice
{
    /// <summary>Its samples, int16, from the first byte.</summary>
    SharedBlock Block { get; }
}
