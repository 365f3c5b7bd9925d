using System.Globalization;
using Microsoft.AspNetCore.Http;
using QureHost.DicomWeb.Http;
using QureHost.Imaging;

namespace QureHost.DicomWeb.Render;

/// <summary>A viewport of PS3.18 §8.3.5.1.3: the size to fit into, and the part of the image to take; negative widths mirror.</summary>
internal sealed record ViewportParameter(int Width, int Height, double SourceX, double SourceY, double? SourceWidth, double? SourceHeight);

/// <summary>Query parameters of rendered images (PS3.18 §8.3.5); what is wrong is 400. A window is in measured values: HU for CT.</summary>
internal sealed record RenderParameters(VoiWindow? Window, ViewportParameter? Viewport, int Quality, bool IsAnnotated)
{
    public const int DefaultQuality = 90;

    public static RenderParameters Read(IQueryCollection query, int maxSide)
    {
        CheckProfile(query["iccprofile"].ToString());
        var annotations = Words(query["annotation"].ToString());
        if (annotations.FirstOrDefault(a => a is not ("patient" or "technique")) is { } unknown)
        {
            throw Problem.BadRequest($"'annotation' takes patient and technique, not '{(unknown.Length > 40 ? unknown[..40] : unknown)}'.");
        }

        return new RenderParameters(
            ReadWindow(query["window"].ToString()),
            ReadViewport(query["viewport"].ToString(), maxSide),
            ReadQuality(query["quality"].ToString()),
            annotations.Length > 0);
    }

    private static VoiWindow? ReadWindow(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        var words = Words(text);
        if (words.Length is not (2 or 3) || Number(words[0]) is not { } center || Number(words[1]) is not { } width)
        {
            throw Problem.BadRequest("'window' is center,width,function: two numbers and linear, linear-exact or sigmoid.");
        }

        var function = (words.Length == 3 ? words[2] : "linear") switch
        {
            "linear" => VoiFunction.Linear,
            "linear-exact" or "linear_exact" => VoiFunction.LinearExact,
            "sigmoid" => VoiFunction.Sigmoid,
            _ => throw Problem.BadRequest("The function of 'window' is linear, linear-exact or sigmoid."),
        };

        // PS3.3 §C.11.2.1.2: at least 1 for linear, more than 0 for the others.
        return width >= 1 || (width > 0 && function != VoiFunction.Linear)
            ? new VoiWindow(center, width, function)
            : throw Problem.BadRequest("The width of 'window' must be at least 1 (linear) or more than 0.");
    }

    private static ViewportParameter? ReadViewport(string text, int maxSide)
    {
        if (text.Length == 0)
        {
            return null;
        }

        var words = text.Split(',', StringSplitOptions.TrimEntries);
        if (words.Length is not (2 or 6)
            || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var width) || width < 1 || width > maxSide
            || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var height) || height < 1 || height > maxSide)
        {
            throw Problem.BadRequest($"'viewport' is width,height or width,height,sx,sy,sw,sh with sides of 1 to {maxSide} pixels.");
        }

        var source = new double?[4];
        for (var i = 2; i < words.Length; i++)
        {
            source[i - 2] = words[i].Length == 0 ? null : Number(words[i]) ?? throw Problem.BadRequest("The source part of 'viewport' must be numbers.");
        }

        return source[2] == 0 || source[3] == 0 || source[0] < 0 || source[1] < 0
            ? throw Problem.BadRequest("The source part of 'viewport' must begin at 0 or more and not be empty.")
            : new ViewportParameter(width, height, source[0] ?? 0, source[1] ?? 0, source[2], source[3]);
    }

    private static int ReadQuality(string text) =>
        text.Length == 0 ? DefaultQuality
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var quality) && quality is >= 1 and <= 100 ? quality
            : throw Problem.BadRequest("'quality' is a whole number from 1 to 100.");

    // Images leave in sRGB or grey whatever is asked for; only what PS3.18 §8.3.5.1.5 does not know is refused.
    private static void CheckProfile(string text)
    {
        if (text.Length > 0 && text.ToLowerInvariant() is not ("no" or "yes" or "srgb" or "adobergb" or "rommrgb" or "displayp3"))
        {
            throw Problem.BadRequest("'iccprofile' is no, yes, srgb, adobergb or rommrgb.");
        }
    }

    private static string[] Words(string text) => text.ToLowerInvariant().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
