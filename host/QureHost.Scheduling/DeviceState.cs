namespace QureHost.Scheduling;

/// <summary>What a device holds and does, as the policy was told.</summary>
internal sealed class DeviceState(DeviceFacts facts)
{
    public int Id => facts.Id;

    public string Kind => facts.Kind;

    public long Budget => facts.MemoryBytes;

    /// <summary>False between its loss and its return.</summary>
    public bool Present { get; set; } = true;

    /// <summary>Model to its size and when it was last used.</summary>
    public Dictionary<string, Resident> Models { get; } = new(StringComparer.Ordinal);

    public Dispatch? Running { get; set; }

    public double BusySeconds { get; set; }

    public long Dispatches { get; set; }

    public int Losses { get; set; }

    /// <summary>The models being loaded.</summary>
    public Dictionary<string, Resident> Loading { get; } = new(StringComparer.Ordinal);

    /// <summary>Pinned models that find room here beside each other, present or not: their memory is theirs.</summary>
    public Dictionary<string, long> Pins { get; } = new(StringComparer.Ordinal);

    public long Used
    {
        get
        {
            long sum = 0;
            foreach (var model in Models)
            {
                sum += model.Value.Bytes;
            }

            foreach (var model in Loading)
            {
                sum += model.Value.Bytes;
            }

            return sum;
        }
    }

    /// <summary>Free memory that no pinned model has a right to.</summary>
    public long Free
    {
        get
        {
            var free = Budget - Used;
            foreach (var pin in Pins)
            {
                free -= Holds(pin.Key) ? 0 : pin.Value;
            }

            return free;
        }
    }

    public bool Holds(string model) => Models.ContainsKey(model) || Loading.ContainsKey(model);

    public sealed class Resident
    {
        public long Bytes { get; set; }

        /// <summary>Since when it has been here, or being loaded.</summary>
        public TimeSpan Since { get; init; }

        public TimeSpan LastUsed { get; set; }
    }
}

/// <summary>Works that a device runs now.</summary>
internal sealed record Dispatch(long Id, DeviceState Device, string Model, IReadOnlyList<QueuedWork> Works, TimeSpan Started, double ExpectedSeconds)
{
    public int Items { get; } = Works.Sum(w => w.Work.Items);
}
