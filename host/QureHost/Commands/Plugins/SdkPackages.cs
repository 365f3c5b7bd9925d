using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using QureHost.Sdk;

namespace QureHost.Commands;

/// <summary>
/// The SDK as NuGet packages, made from the assemblies beside this program, so that whoever has a host has its SDK. The
/// version carries a hash of them: two hosts with the same SDK write the same version, two others never do, and NuGet's
/// cache cannot mix them up.
/// </summary>
internal static class SdkPackages
{
    public const string FolderName = "qurehost-sdk";
    private static readonly string[] Contract = ["QureHost.Sdk"];
    private static readonly string[] Testing = ["QureHost.Sdk.Testing", "QureHost.Imaging", "QureHost.Onnx", "QureHost.Dicom", "QureHost.Dicom.Codecs", "QureHost.Phantoms"];

    /// <summary>Writes the packages and returns their version.</summary>
    public static async Task<string> WriteAsync(string folder, CancellationToken ct)
    {
        var version = await VersionAsync(ct);
        Directory.CreateDirectory(folder);
        foreach (var old in Directory.EnumerateFiles(folder, "QureHost.Sdk*.nupkg"))
        {
            File.Delete(old);
        }

        var runtime = typeof(SdkPackages).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "OnnxRuntime").Value;
        await WriteAsync(folder, "QureHost.Sdk", version, "The contract between QureHost and its products.", Contract, "", ct);
        await WriteAsync(
            folder, "QureHost.Sdk.Testing", version, "Runs a QureHost plugin on DICOM without a server and holds it against the contract.", Testing,
            $"""<dependency id="QureHost.Sdk" version="[{version}]" /><dependency id="Microsoft.ML.OnnxRuntime" version="{runtime}" />""", ct);
        return version;
    }

    private static async Task<string> VersionAsync(CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var assembly in Contract.Concat(Testing))
        {
            hash.AppendData(await File.ReadAllBytesAsync(PathOf(assembly, "dll"), ct));
        }

        return $"{SdkVersion.Current}-host.h{Convert.ToHexStringLower(hash.GetHashAndReset())[..12]}";
    }

    private static async Task WriteAsync(string folder, string id, string version, string description, string[] assemblies, string dependencies, CancellationToken ct)
    {
        await using var file = File.Create(Path.Combine(folder, $"{id}.{version}.nupkg"));
        using var zip = new ZipArchive(file, ZipArchiveMode.Create);
        await using (var nuspec = await zip.CreateEntry($"{id}.nuspec").OpenAsync(ct))
        {
            await nuspec.WriteAsync(
                Encoding.UTF8.GetBytes(
                    $"""
                     <?xml version="1.0" encoding="utf-8"?>
                     <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
                       <metadata>
                         <id>{id}</id>
                         <version>{version}</version>
                         <authors>QureHost</authors>
                         <description>{description}</description>
                         <dependencies><group targetFramework="net10.0">{dependencies}</group></dependencies>
                       </metadata>
                     </package>
                     """),
                ct);
        }

        foreach (var assembly in assemblies)
        {
            await CopyAsync(zip, assembly, "dll", ct);
            if (File.Exists(PathOf(assembly, "xml")))
            {
                await CopyAsync(zip, assembly, "xml", ct);
            }
        }
    }

    private static async Task CopyAsync(ZipArchive zip, string assembly, string extension, CancellationToken ct)
    {
        await using var from = File.OpenRead(PathOf(assembly, extension));
        await using var to = await zip.CreateEntry($"lib/net10.0/{assembly}.{extension}").OpenAsync(ct);
        await from.CopyToAsync(to, ct);
    }

    private static string PathOf(string assembly, string extension) => Path.Combine(AppContext.BaseDirectory, $"{assembly}.{extension}");
}
