using System.Reflection;
using McMaster.NETCore.Plugins;
using QureHost.Sdk;
using QureHost.Sdk.Manifests;

namespace QureHost.Plugins;

/// <summary>Makes a plugin of a folder: its manifest always, its code only where it shall run in this process.</summary>
internal static class PluginCode
{
    /// <summary>Reads the manifest.</summary>
    /// <exception cref="ManifestException">It is broken.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static PluginManifest ReadManifest(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, "plugin.json"));
        return file.Length <= ManifestReader.LargestBytes
            ? ManifestReader.Read(File.ReadAllBytes(file.FullName))
            : throw new ManifestException(["plugin.json is larger than 1 MB."]);
    }

    /// <summary>The plugin, active where it can run.</summary>
    public static Plugin Make(string folder, PluginManifest manifest, bool loadCode)
    {
        if (!SdkRange.TryParse(manifest.Sdk, out var range) || !range.Contains(SdkVersion.Current))
        {
            return new Plugin(folder, manifest, PluginState.NotSupported, $"It is made for SDK {manifest.Sdk}; this host has {SdkVersion.Current}.");
        }

        if (!File.Exists(Path.Combine(folder, manifest.Entry.Assembly)))
        {
            return new Plugin(folder, manifest, PluginState.Malfunctioned, $"{manifest.Entry.Assembly} is missing.");
        }

        return loadCode ? Load(folder, manifest) : new Plugin(folder, manifest, PluginState.Active, null);
    }

    private static Plugin Load(string folder, PluginManifest manifest)
    {
        Plugin Broken(string reason, PluginLoader? loader = null)
        {
            loader?.Dispose();
            return new Plugin(folder, manifest, PluginState.Malfunctioned, reason);
        }

        PluginLoader? loader = null;
        try
        {
            // Shared: the SDK alone. What else both sides have, each keeps in its own version.
            loader = PluginLoader.CreateFromAssemblyFile(Path.Combine(folder, manifest.Entry.Assembly), isUnloadable: true, sharedTypes: [typeof(IProduct)]);
            var type = loader.LoadDefaultAssembly().GetType(manifest.Entry.Type, throwOnError: false);
            return type switch
            {
                null => Broken($"{manifest.Entry.Assembly} has no class {manifest.Entry.Type}.", loader),
                { IsAbstract: true } => Broken($"{manifest.Entry.Type} is abstract.", loader),
                _ when !type.IsAssignableTo(typeof(IProduct)) => Broken($"{manifest.Entry.Type} does not implement IProduct of this host's SDK.", loader),
                _ when type.GetConstructor(Type.EmptyTypes) is null => Broken($"{manifest.Entry.Type} has no public parameterless constructor.", loader),
                _ => new Plugin(folder, manifest, PluginState.Active, null, loader, type),
            };
        }
        catch (Exception e) when (e is BadImageFormatException or FileLoadException or FileNotFoundException or TypeLoadException or IOException or ReflectionTypeLoadException or InvalidOperationException or ArgumentException)
        {
            return Broken($"{manifest.Entry.Assembly} cannot be loaded: {e.Message}", loader);
        }
    }
}
