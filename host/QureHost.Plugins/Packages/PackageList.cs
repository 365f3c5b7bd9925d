using System.Text.Json;
using System.Text.Json.Serialization;

namespace QureHost.Plugins;

/// <summary>
/// <c>checksums.json</c> of a plugin's package: every other file of it with its size and SHA-256. A file that is not here
/// is not in the package, and one that is here and not in the package breaks it.
/// </summary>
/// <param name="Format">1.</param>
/// <param name="Id">As in <c>plugin.json</c>.</param>
/// <param name="Version">As in <c>plugin.json</c>.</param>
/// <param name="Files">By path within the package, with <c>/</c>.</param>
internal sealed record PackageList(int Format, string Id, string Version, Dictionary<string, PackageFile> Files)
{
    public const string Name = "checksums.json";
    public const int CurrentFormat = 1;
    public const int LargestBytes = 1 << 20;

    /// <summary>What may be the path of a file in a package, and so below a plugin's folder.</summary>
    public static bool IsPath(string path)
    {
        if (path.Length is 0 or > 240 || path.AsSpan().IndexOfAny(['\\', ':', '*', '?', '"', '<', '>', '|']) >= 0 || path.Any(char.IsControl))
        {
            return false;
        }

        return path.Split('/').All(part => part.Length > 0 && part is not ("." or "..") && part[0] != '.' && part[^1] is not ('.' or ' '));
    }

    public static PackageList? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, PackageJson.Default.PackageList) is { Files: not null } list && list.Files.Values.All(f => f is { Sha256.Length: 64 }) ? list : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, PackageJson.Default.PackageList);
}

/// <summary>A file of a package.</summary>
internal sealed record PackageFile(string Sha256, long Bytes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PackageList))]
internal sealed partial class PackageJson : JsonSerializerContext;
