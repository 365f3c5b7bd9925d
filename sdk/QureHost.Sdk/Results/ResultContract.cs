using QureHost.Sdk.Manifests;

namespace QureHost.Sdk.Results;

/// <summary>How much one run may say.</summary>
public sealed record ResultLimits
{
    /// <summary>Results that stand at the end.</summary>
    public int Results { get; init; } = 10_000;

    /// <summary>Publications in all: replacing counts too.</summary>
    public int Publications { get; init; } = 50_000;

    /// <summary>Bytes of all masks published.</summary>
    public long MaskBytes { get; init; } = 1L << 30;

    /// <summary>Points of one shape.</summary>
    public int Points { get; init; } = 100_000;

    /// <summary>Characters of one text.</summary>
    public int TextLength { get; init; } = 100_000;
}

/// <summary>
/// Holds what a run publishes against the contract and the product's manifest, result by result. One instance belongs
/// to one attempt. A product may run it in its own tests. Safe for threads.
/// </summary>
public sealed class ResultContract(PluginManifest manifest, ResultLimits? limits = null)
{
    private readonly ResultLimits _limits = limits ?? new ResultLimits();
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private int _publications;
    private long _maskBytes;

    /// <summary>Checks a result and counts it.</summary>
    /// <exception cref="ContractException">It breaks a rule; the message says which.</exception>
    public void Check(Result result)
    {
        ArgumentNullException.ThrowIfNull(result);
        Require(IsId(result.Id), "has an id that is not 1 to 64 of a-z 0-9 . _ -", result);
        Require(result.Of is null || (IsId(result.Of) && result.Of != result.Id), "has an 'of' that is not the id of another result", result);
        switch (result)
        {
            case Gate gate:
                Check(gate);
                break;
            case Finding finding:
                Check(finding);
                break;
            case Measurement measurement:
                Require(IsName(measurement.Name), "has a name that is not snake_case of at most 64", result);
                Require(double.IsFinite(measurement.Value), "has a value that is not finite", result);
                Require(measurement.Unit is { Length: >= 1 and <= 16 }, "has no UCUM unit of at most 16 characters; a ratio's is '1'", result);
                break;
            case Shape shape:
                Check(shape);
                break;
            case Mask mask:
                Check(mask);
                break;
            case KeyImage key:
                Require(IsImage(key.Image), "has an image that is no SOP Instance UID with a frame from 0", result);
                break;
            case ReportText report:
                Require(report.Section is { Length: >= 1 and <= 64 }, "has no section", result);
                RequireText(report.Text, result);
                break;
        }

        Count(result);
    }

    /// <summary>Checks that an id stands, and forgets it.</summary>
    /// <exception cref="ContractException">The run published no such result.</exception>
    public void CheckWithdrawal(string id)
    {
        lock (_gate)
        {
            if (!_ids.Remove(id))
            {
                throw new ContractException($"The result '{id}' cannot be withdrawn: this run did not publish it.");
            }
        }
    }

    private void Check(Gate gate)
    {
        Require(Enum.IsDefined(gate.Status), "has an unknown status", gate);
        Require(gate.Status == GateStatus.Ok || gate.Reasons.Any(r => !string.IsNullOrWhiteSpace(r)), "is not ok and gives no reason", gate);
        Require(gate.Image is null || IsImage(gate.Image), "has an image that is no SOP Instance UID with a frame from 0", gate);
        foreach (var reason in gate.Reasons)
        {
            RequireText(reason, gate);
        }
    }

    private void Check(Finding finding)
    {
        var isListed = manifest.Findings.Contains(finding.Name) || (manifest.Findings.Contains("*") && IsName(finding.Name));
        Require(isListed, $"is called '{finding.Name}', which the manifest does not list", finding);
        Require(Enum.IsDefined(finding.Presence) && (finding.Laterality is not { } side || Enum.IsDefined(side)), "has an unknown presence or laterality", finding);
        Require(finding.Probability is null or (>= 0 and <= 1), "has a probability that is not within 0..1", finding);
        Require(finding.Threshold is null or (>= 0 and <= 1), "has a threshold that is not within 0..1", finding);
        Require(finding.Images.All(IsImage), "has an image that is no SOP Instance UID with a frame from 0", finding);
        Require(finding.Text is not { } span || (span.Start >= 0 && span.Length >= 0 && span.ReportId is not null), "has a text span that is none", finding);
        RequireText(finding.Detail ?? "", finding);
        RequireText(finding.Reason ?? "", finding);
    }

    private void Check(Shape shape)
    {
        var points = shape.Points.Count;
        var enough = shape.Form switch
        {
            ShapeForm.Point => points == 2,
            ShapeForm.Box => points == 4,
            ShapeForm.Line => points >= 4,
            ShapeForm.Contour => points >= 6,
            _ => false,
        };
        Require(enough && points % 2 == 0 && points / 2 <= _limits.Points, $"has {points} coordinates, which make no {shape.Form} of at most {_limits.Points} points", shape);
        Require(shape.Points.All(double.IsFinite), "has a coordinate that is not finite", shape);
        Require(IsImage(shape.Image), "has an image that is no SOP Instance UID with a frame from 0", shape);
    }

    private void Check(Mask mask)
    {
        Require(mask.Rows is > 0 and <= 65535 && mask.Columns is > 0 and <= 65535 && mask.Images.Count > 0, "has no extent", mask);
        Require(mask.Images.All(IsImage), "has an image that is no SOP Instance UID with a frame from 0", mask);
        Require(
            mask.Data.Length == (long)mask.Images.Count * mask.Rows * mask.Columns,
            $"has {mask.Data.Length} bytes of data for {mask.Images.Count} × {mask.Rows} × {mask.Columns}",
            mask);
        Require(mask.Segments.All(s => s is { Length: >= 1 and <= 64 }), "has a segment without a name", mask);
        if (mask.Form == MaskForm.Heatmap)
        {
            Require(mask.Segments.Count == 1, "is a heatmap and does not name exactly one finding", mask);
        }
        else
        {
            var largest = mask.Segments.Count;
            Require(largest is >= 1 and <= 255, "is a labelmap and names no segments", mask);
            Require(mask.Data.Span.IndexOfAnyInRange((byte)Math.Min(largest + 1, 255), byte.MaxValue) < 0 || largest == 255, $"holds a label above its {largest} segments", mask);
        }
    }

    private void Count(Result result)
    {
        lock (_gate)
        {
            Require(++_publications <= _limits.Publications, $"comes after {_limits.Publications} publications: a run may not say more", result);
            Require(_ids.Contains(result.Id) || _ids.Count < _limits.Results, $"comes after {_limits.Results} results: a run may not have more", result);
            _maskBytes += result is Mask mask ? mask.Data.Length : 0;
            Require(_maskBytes <= _limits.MaskBytes, $"makes the run's masks larger than {_limits.MaskBytes >> 20} MB", result);
            _ids.Add(result.Id);
        }
    }

    private void RequireText(string text, Result result) =>
        Require(text is not null && text.Length <= _limits.TextLength, $"has no text, or one longer than {_limits.TextLength} characters", result);

    private static void Require(bool holds, string otherwise, Result result)
    {
        if (!holds)
        {
            var id = IsId(result.Id) ? $" '{result.Id}'" : "";
            throw new ContractException($"The {result.GetType().Name.ToLowerInvariant()}{id} {otherwise}.");
        }
    }

    private static bool IsId(string? id) =>
        id is { Length: >= 1 and <= 64 } && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-');

    private static bool IsName(string? name) =>
        name is { Length: >= 1 and <= 64 } && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');

    private static bool IsImage(ImageRef? image) =>
        image is { Frame: >= 0, Sop.Length: >= 1 and <= 64 } && image.Sop.All(c => char.IsAsciiDigit(c) || c == '.');
}
