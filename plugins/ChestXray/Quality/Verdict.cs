using QureHost.Sdk.Results;

namespace QureHost.Plugins.ChestXray.Quality;

/// <summary>The gate's verdict on one image so far: the worst status, and every reason.</summary>
internal sealed record Verdict(GateStatus Status, IReadOnlyList<string> Reasons)
{
    public static Verdict Ok { get; } = new(GateStatus.Ok, []);

    public static Verdict Refuse(string reason) => new(GateStatus.Refused, [reason]);

    public static Verdict Qualify(string reason) => new(GateStatus.Qualified, [reason]);

    public bool IsRefused => Status == GateStatus.Refused;

    public Verdict And(Verdict other) => new(
        (GateStatus)Math.Max((int)Status, (int)other.Status),
        [.. Reasons, .. other.Reasons.Except(Reasons)]);
}
