namespace QureHost.Evaluation;

/// <summary>What <c>qurehost evaluate</c> prints.</summary>
public sealed record EvaluationReport
{
    public required string Product { get; init; }

    public required string Version { get; init; }

    public IReadOnlyList<Products.ModelUse> Models { get; init; } = [];

    public required IReadOnlyList<EvaluatedFinding> Findings { get; init; }

    public required IReadOnlyList<EvaluatedCase> Cases { get; init; }
}

/// <summary>One finding over all cases that were read. Intervals are 95 %: the AUC's by resampling patients, the others Wilson's.</summary>
public sealed record EvaluatedFinding
{
    public required string Name { get; init; }

    public required int N { get; init; }

    public required int Positives { get; init; }

    public double? Auc { get; init; }

    public double? AucLow { get; init; }

    public double? AucHigh { get; init; }

    public double? Sensitivity { get; init; }

    public double? SensitivityLow { get; init; }

    public double? SensitivityHigh { get; init; }

    public double? Specificity { get; init; }

    public double? SpecificityLow { get; init; }

    public double? SpecificityHigh { get; init; }

    public double? F1 { get; init; }

    /// <summary>Why there are no figures, for a finding that the product does not assess.</summary>
    public string? Reason { get; init; }
}

/// <summary>One case.</summary>
public sealed record EvaluatedCase(
    string Id,
    string Status,
    IReadOnlyDictionary<string, double?> Probabilities,
    IReadOnlyDictionary<string, double> Measurements,
    IReadOnlyList<string> Reasons);
