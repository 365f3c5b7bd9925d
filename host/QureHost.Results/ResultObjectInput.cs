using QureHost.Dicom;
using QureHost.Sdk;
using QureHost.Sdk.Results;

namespace QureHost.Results;

/// <summary>All that the objects of one run are made of. The same input makes the same bytes, UIDs included.</summary>
public sealed record ResultObjectInput
{
    public required RunInfo Run { get; init; }

    /// <summary>Name of the product for people: "Chest X-ray".</summary>
    public required string ProductName { get; init; }

    /// <summary>The models that the run opened.</summary>
    public IReadOnlyList<ModelUsed> Models { get; init; } = [];

    /// <summary>The run's current results: the last one of each id, without those withdrawn.</summary>
    public required IReadOnlyList<Result> Results { get; init; }

    /// <summary>The run's time as a durable record has it, the same in every attempt: a clock read again would make another object.</summary>
    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>An instance of the study: its patient and study attributes are copied.</summary>
    public required DicomDataset Source { get; init; }

    /// <summary>The dataset of an instance that results refer to, by SOP Instance UID; null where the study has none.</summary>
    public required Func<string, DicomDataset?> InstanceOf { get; init; }

    /// <summary>A frame as a reader sees it, 8-bit grey, for captures; null where its pixels cannot be had.</summary>
    public Func<ImageRef, CancellationToken, ValueTask<GreyImage?>> GreyOf { get; init; } = static (_, _) => new((GreyImage?)null);
}

/// <summary>A model that a run used.</summary>
/// <param name="Name">As in the manifest.</param>
/// <param name="Version">As in the model's card.</param>
/// <param name="Sha256">Of the model file, 64 hexadecimal digits.</param>
public sealed record ModelUsed(string Name, string Version, string Sha256);

/// <summary>8-bit grey samples, row by row, 0 = black.</summary>
public sealed record GreyImage(int Rows, int Columns, ReadOnlyMemory<byte> Samples);

/// <summary>An object to be stored.</summary>
/// <param name="SopClassUid">SOP Class UID.</param>
/// <param name="SopInstanceUid">SOP Instance UID, derived from the run and the result.</param>
/// <param name="Part10">The DICOM file (PS3.10).</param>
public sealed record ResultObject(string SopClassUid, string SopInstanceUid, byte[] Part10);
