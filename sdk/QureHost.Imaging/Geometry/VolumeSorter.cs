using QureHost.Sdk.Studies;

namespace QureHost.Imaging;

/// <summary>A frame as the sorter sees it.</summary>
public sealed record VolumeFrame(string SopUid, int Frame, int Rows, int Columns, Plane? Plane);

/// <summary>Chooses the frames of a series that make one volume, and puts them in order.</summary>
public static class VolumeSorter
{
    private const double SameDirection = 0.999;
    private const double SamePlaceMm = 0.01;

    /// <summary>
    /// The largest group of frames with one size and orientation, sorted along the normal: towards the head for axial,
    /// to the back for coronal, to the left for sagittal slices. Of frames at one place the first stays. Frames without
    /// a plane come only where no frame has one, in their given order.
    /// </summary>
    public static IReadOnlyList<VolumeFrame> Sort(IEnumerable<VolumeFrame> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        var groups = new List<List<VolumeFrame>>();
        foreach (var frame in frames)
        {
            var home = groups.Find(g => BelongTogether(g[0], frame));
            if (home is null)
            {
                groups.Add([frame]);
            }
            else
            {
                home.Add(frame);
            }
        }

        var largest = groups.OrderByDescending(g => g[0].Plane is not null).ThenByDescending(g => g.Count).FirstOrDefault();
        if (largest is null || largest[0].Plane is not { } plane)
        {
            return largest ?? [];
        }

        var normal = TowardsHead(plane.Normal);
        var sorted = new List<VolumeFrame>(largest.Count);
        var last = double.NegativeInfinity;
        foreach (var (frame, place) in largest.Select(f => (f, f.Plane!.Origin.Dot(normal))).OrderBy(f => f.Item2))
        {
            if (place - last > SamePlaceMm)
            {
                sorted.Add(frame);
                last = place;
            }
        }

        return sorted;
    }

    /// <summary>Of the two directions of a normal the one whose largest part points to head, back or left (LPS).</summary>
    public static Point3 TowardsHead(Point3 normal)
    {
        var (x, y, z) = (Math.Abs(normal.X), Math.Abs(normal.Y), Math.Abs(normal.Z));
        var main = z >= x && z >= y ? normal.Z : y >= x ? normal.Y : normal.X;
        return main < 0 ? normal * -1 : normal;
    }

    private static bool BelongTogether(VolumeFrame a, VolumeFrame b) => a.Rows == b.Rows && a.Columns == b.Columns && (a.Plane, b.Plane) switch
    {
        (null, null) => true,
        ({ } p, { } q) => p.Row.Dot(q.Row) > SameDirection && p.Column.Dot(q.Column) > SameDirection
            && Math.Abs(p.RowSpacingMm - q.RowSpacingMm) < .01 * p.RowSpacingMm && Math.Abs(p.ColumnSpacingMm - q.ColumnSpacingMm) < .01 * p.ColumnSpacingMm,
        _ => false,
    };
}
