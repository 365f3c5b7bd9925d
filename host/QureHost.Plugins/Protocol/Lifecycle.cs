using System.Text.Json;
using QureHost.Sdk;

namespace QureHost.Plugins.Protocol;

/// <summary>Worker: the first frame on a connection.</summary>
/// <param name="Protocol">Version of the protocol that it speaks, see <see cref="ProtocolVersion"/>.</param>
/// <param name="Sdk">Version of the SDK that it offers to products.</param>
public sealed record Hello(int Protocol, string Sdk) : Message;

/// <summary>Host: what to load.</summary>
/// <param name="Folder">The plugin's folder, with its <c>plugin.json</c>.</param>
public sealed record Load(string Folder) : Message;

/// <summary>Host: this worker cannot be used, and why; it ends.</summary>
public sealed record Refused(string Reason) : Message;

/// <summary>Worker: the plugin is loaded.</summary>
public sealed record Ready(string Product, string Version) : Message;

/// <summary>Worker: the plugin cannot be loaded, and why, in a sentence for an operator.</summary>
public sealed record Unable(string Reason) : Message;

/// <summary>Host: run the product on a study.</summary>
/// <param name="Info">Who, on what; <see cref="RunInfo.RunId"/> names the run in every message of it.</param>
/// <param name="Settings">The site's settings, by the manifest's schema.</param>
public sealed record Start(RunInfo Info, JsonElement Settings) : Message;

/// <summary>Host: the run shall end now. What it still asks is answered by <see cref="FaultKind.Cancelled"/>.</summary>
public sealed record Stop(string Run) : Message;

/// <summary>Worker: the product returned, or failed.</summary>
/// <param name="Run">The run.</param>
/// <param name="Fault">Null where it returned.</param>
public sealed record Ended(string Run, Fault? Fault = null) : Message;

/// <summary>Host: no more runs come; end the process.</summary>
public sealed record Quit : Message;

/// <summary>Worker: nobody waits for the answer to this request any more.</summary>
public sealed record Forget(string Run, long Id) : Message;

/// <summary>Worker: leases of this run that it needs no more.</summary>
public sealed record Release(string Run, IReadOnlyList<long> Leases) : Message;
