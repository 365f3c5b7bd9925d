namespace QureHost.Imaging;

/// <summary>What a client asks of a rendered frame (PS3.18 §8.3.5).</summary>
public sealed record RenderOptions
{
    public static RenderOptions Default { get; } = new();

    /// <summary>Instead of the image's own window; in measured values (HU for CT).</summary>
    public VoiWindow? Window { get; init; }

    /// <summary>Width and height that the picture has to fit into, or null for its own size. Its shape is kept; it is never enlarged unless <see cref="Enlarge"/>.</summary>
    public (int Width, int Height)? Viewport { get; init; }

    /// <summary>Also enlarge to the viewport.</summary>
    public bool Enlarge { get; init; }

    /// <summary>Part of the image to show, in pixels; null for all.</summary>
    public (int X, int Y, int Width, int Height)? Region { get; init; }
}

/// <summary>A picture ready for an encoder.</summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Channels">1 grey, 3 RGB.</param>
/// <param name="Pixels">Width × Height × Channels bytes.</param>
public sealed record RenderedImage(int Width, int Height, int Channels, byte[] Pixels);
