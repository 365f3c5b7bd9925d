using System.Text.Json.Serialization;

namespace QureHost.Sdk.Results;

/// <summary>Form of a <see cref="Shape"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ShapeForm>))]
public enum ShapeForm
{
    /// <summary>One point.</summary>
    Point,

    /// <summary>Two or more points, open.</summary>
    Line,

    /// <summary>Three or more points, closed.</summary>
    Contour,

    /// <summary>Two opposite corners.</summary>
    Box,
}

/// <summary>A drawing on one frame, in image coordinates.</summary>
public sealed record Shape : Result
{
    /// <summary>Its form.</summary>
    public required ShapeForm Form { get; init; }

    /// <summary>The frame.</summary>
    public required ImageRef Image { get; init; }

    /// <summary>x, y, x, y … in pixels: 0 is the centre of the first column or row.</summary>
    public required IReadOnlyList<double> Points { get; init; }

    /// <summary>A short label.</summary>
    public string? Label { get; init; }
}

/// <summary>Meaning of a mask's values.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MaskForm>))]
public enum MaskForm
{
    /// <summary>0 = background, 1… = the segments of <see cref="Mask.Segments"/>.</summary>
    Labelmap,

    /// <summary>0 = no evidence, 255 = the most.</summary>
    Heatmap,
}

/// <summary>
/// Values over one frame or a stack of frames. Bytes are [image, y, x] over the images' full area:
/// a coarse grid covers each frame edge to edge.
/// </summary>
public sealed record Mask : Result
{
    /// <summary>Labelmap or heatmap.</summary>
    public required MaskForm Form { get; init; }

    /// <summary>The frames covered, in the order of the data.</summary>
    public required IReadOnlyList<ImageRef> Images { get; init; }

    /// <summary>Grid height.</summary>
    public required int Rows { get; init; }

    /// <summary>Grid width.</summary>
    public required int Columns { get; init; }

    /// <summary>Finding names of labels 1, 2, …; one name for a heatmap.</summary>
    public IReadOnlyList<string> Segments { get; init; } = [];

    /// <summary>Images.Count × Rows × Columns bytes. Travels beside the JSON, not in it.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Data { get; init; }
}

/// <summary>An image worth looking at.</summary>
public sealed record KeyImage : Result
{
    /// <summary>The image.</summary>
    public required ImageRef Image { get; init; }

    /// <summary>Why, for a reader.</summary>
    public required string Why { get; init; }
}

/// <summary>Text for the report.</summary>
public sealed record ReportText : Result
{
    /// <summary><c>findings</c>, <c>impression</c>, <c>technique</c>.</summary>
    public required string Section { get; init; }

    /// <summary>Plain text.</summary>
    public required string Text { get; init; }
}
