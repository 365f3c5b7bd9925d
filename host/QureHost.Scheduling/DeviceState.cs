namespace QureHost.Scheduling;

/// <summary>What a device holds and does, as the policy was told.</summary>
internal sealed class DeviceState(DeviceFacts facts)
{
    public int Id => facts.Id;

    public long Budget => facts.MemoryBytes;

    /// <summary>Model to its size and when it was last used.</summary>
    public Dictionary<string, Resident> Models { get; } = new(StringComparer.Ordinal);

    public Dispatch? Running { get; set; }

    /// <summary>The model being loaded, its size, and since when.</summary>
    public (string Model, long Bytes, TimeSpan Since)? Loading { get; set; }

    public long Used => Models.Values.Sum(m => m.Bytes) + (Loading?.Bytes ?? 0);

    public sealed class Resident
    {
        public long Bytes { get; set; }

        public TimeSpan LastUsed { get; set; }
    }
}

/// <summary>Works that a device runs now.</summary>
internal sealed record Dispatch(long Id, DeviceState Device, string Model, IReadOnlyList<QueuedWork> Works, TimeSpan Started, double ExpectedSeconds)
{
    public int Items => Works.Sum(w => w.Work.Items);
}
