using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Sdk.Testing;

/// <summary>Whether results point at what the study has: images, frames, pixels, spans of text.</summary>
internal static class ResultPlaces
{
    public static async Task<IReadOnlyList<string>> ProblemsAsync(IReadOnlyList<Result> results, IStudy study, CancellationToken ct)
    {
        var reports = new Dictionary<string, int>(StringComparer.Ordinal);
        await foreach (var report in study.ReportsAsync(ct).ConfigureAwait(false))
        {
            reports[report.Id] = report.Text.Length;
        }

        var images = study.Series.SelectMany(s => s.SopUids.Select(sop => (sop, Tags: s.TagsOf(sop)))).ToDictionary(i => i.sop, i => i.Tags, StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var result in results)
        {
            foreach (var image in ImagesOf(result))
            {
                if (!images.TryGetValue(image.Sop, out var tags))
                {
                    problems.Add($"Result '{result.Id}' points at image {image.Sop}, which the study does not have.");
                }
                else if (image.Frame >= Math.Max(1, tags.Number(TagNumbers.NumberOfFrames) ?? 1))
                {
                    problems.Add($"Result '{result.Id}' points at frame {image.Frame} of {image.Sop}, which has {tags.Number(TagNumbers.NumberOfFrames) ?? 1:0}.");
                }
                else if (result is Shape shape && !IsWithin(shape, tags))
                {
                    problems.Add($"Shape '{result.Id}' lies outside its image.");
                }
            }

            if (result is Finding { Text: { } span } && (!reports.TryGetValue(span.ReportId, out var length) || (long)span.Start + span.Length > length))
            {
                problems.Add($"Finding '{result.Id}' points at text that no report of the study has.");
            }
        }

        return problems;
    }

    private static IEnumerable<ImageRef> ImagesOf(Result result) => result switch
    {
        Gate { Image: { } image } => [image],
        Finding finding => finding.Images,
        Shape shape => [shape.Image],
        Mask mask => mask.Images,
        KeyImage key => [key.Image],
        _ => [],
    };

    // 0 is the centre of the first pixel: the image goes from -0.5 to its size - 0.5.
    private static bool IsWithin(Shape shape, ITags tags) =>
        tags.Number(TagNumbers.Columns) is not { } columns || tags.Number(TagNumbers.Rows) is not { } rows
        || shape.Points.Index().All(p => p.Item >= -.5 && p.Item <= (p.Index % 2 == 0 ? columns : rows) - .5);
}
