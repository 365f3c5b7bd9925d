namespace QureHost.Phantoms;

/// <summary>What a phantom shall show. The same options give the same bytes.</summary>
public sealed record PhantomOptions
{
    /// <summary>Seed of the noise and of the small variations in anatomy.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What to insert: see each phantom's list. <c>none</c> inserts nothing.</summary>
    public string Finding { get; init; } = "none";

    /// <summary>Side of the patient for what has a side.</summary>
    public bool Left { get; init; }

    /// <summary>Slices of a tomographic phantom.</summary>
    public int Slices { get; init; } = 36;

    /// <summary>Midline shift in mm, positive to the patient's left (head CT).</summary>
    public double ShiftMm { get; init; }

    /// <summary>Gaze angle in degrees of both eyes, positive to the patient's left (head CT).</summary>
    public double GazeDegrees { get; init; }

    /// <summary>Volume of an inserted bleed in ml, before clipping by the anatomy around it (head CT).</summary>
    public double BleedMl { get; init; } = 20;

    /// <summary>Gantry tilt in degrees (head CT).</summary>
    public double TiltDegrees { get; init; }
}

/// <summary>A phantom cannot be made from these options; the message says what is allowed.</summary>
public sealed class PhantomException(string message) : Exception(message);
