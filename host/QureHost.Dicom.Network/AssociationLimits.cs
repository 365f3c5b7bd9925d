namespace QureHost.Dicom.Network;

/// <summary>How long an association waits for its peer, and how much it takes.</summary>
public sealed record AssociationLimits
{
    /// <summary>From connection to A-ASSOCIATE-RQ, and for the peer to close at the end: the ARTIM timer (PS3.8 §9.1.5).</summary>
    public TimeSpan Artim { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Between two messages.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Without a byte inside a message.</summary>
    public TimeSpan Read { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>For a peer that takes no data.</summary>
    public TimeSpan Write { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest data set taken; its sender is aborted.</summary>
    public long MaxDataSetBytes { get; init; } = 16L << 30;

    internal TimeSpan Precision
    {
        get
        {
            var shortest = new[] { Artim, Idle, Read, Write }.Where(t => t > TimeSpan.Zero).DefaultIfEmpty(TimeSpan.FromSeconds(4)).Min();
            return TimeSpan.FromMilliseconds(Math.Clamp(shortest.TotalMilliseconds / 4, 20, 1000));
        }
    }
}
