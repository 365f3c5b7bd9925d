using QureHost.Sdk.Results;

namespace QureHost.Results.Segmentations;

/// <summary>A segment that was written, for the report to point to.</summary>
/// <param name="Mask">The result that it comes from.</param>
/// <param name="Name">Finding name.</param>
/// <param name="SopInstanceUid">The segmentation object.</param>
/// <param name="Number">Segment Number (0062,0004).</param>
/// <param name="IsFirst">The first segment written for its mask.</param>
/// <param name="Images">Source frames that it covers.</param>
internal sealed record WrittenSegment(Mask Mask, string Name, string SopInstanceUid, int Number, bool IsFirst, IReadOnlyList<ImageRef> Images)
{
    /// <summary>The mask's id where it has one segment only.</summary>
    public string TrackingId => Mask.Segments.Count <= 1 ? Mask.Id : $"{Mask.Id}/{Name}";
}
