using QureHost.Archive;
using QureHost.DicomWeb.Http;
using QureHost.DicomWeb.Retrieve;

namespace QureHost.DicomWeb.Render;

/// <summary>Which frames a rendered resource means.</summary>
internal sealed class RenderTargets(ArchiveStore archive)
{
    /// <summary>The frames of the path, or all of the resource.</summary>
    public (InstanceRow Row, int Frame)[] All(DicomWebRequest request)
    {
        if (request.Context.Request.RouteValues["frames"] is string list)
        {
            var row = Instance(request);
            return [.. FrameList.Parse(list, PixelSource.FrameCount(row) ?? throw Pixelless()).Select(f => (row, f))];
        }

        var rows = archive.Index.GetInstances(request.Site, request.StudyUid!, request.SeriesUid, request.SopInstanceUid);
        return rows.Count == 0 ? throw Missing.Resource()
            : [.. rows.SelectMany(r => Enumerable.Range(1, PixelSource.FrameCount(r) ?? 0).Select(f => (r, f)))];
    }

    /// <summary>One frame that stands for the resource: of an instance its first, of a series or study one from its middle.</summary>
    public (InstanceRow Row, int Frame) One(DicomWebRequest request)
    {
        if (request.SopInstanceUid is not null)
        {
            var row = Instance(request);
            return PixelSource.FrameCount(row) is null ? throw Pixelless() : (row, 1);
        }

        var series = request.SeriesUid is { } only ? [only] : archive.Index.GetSeries(request.Site, request.StudyUid!).Select(s => s.SeriesUid).ToArray();
        var any = false;
        foreach (var uid in series)
        {
            var rows = archive.Index.GetInstances(request.Site, request.StudyUid!, uid);
            any |= rows.Count > 0;
            var images = rows.Where(r => PixelSource.FrameCount(r) is not null).ToArray();
            if (images.Length > 0)
            {
                var middle = images[images.Length / 2];
                return (middle, (PixelSource.FrameCount(middle)!.Value / 2) + 1);
            }
        }

        throw any ? Pixelless() : Missing.Resource();
    }

    private static ProblemException Pixelless() => Problem.NotAcceptable("There is no image to render here.");

    private InstanceRow Instance(DicomWebRequest request) =>
        archive.Index.GetInstance(request.Site, request.StudyUid!, request.SeriesUid!, request.SopInstanceUid!) ?? throw Missing.Resource();
}
