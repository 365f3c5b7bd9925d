using System.Reflection;
using System.Runtime.Loader;
using QureHost.Sdk.Manifests;

namespace QureHost.Sdk.Testing;

/// <summary>Loads a plugin's assembly with its own dependencies; the SDK alone is shared, as in the host.</summary>
internal static class PluginAssembly
{
    public static Func<IProduct> Load(string folder, PluginManifest manifest)
    {
        var path = Path.GetFullPath(Path.Combine(folder, manifest.Entry.Assembly));
        if (!File.Exists(path))
        {
            throw new InvalidOperationException($"{manifest.Entry.Assembly} is missing in {folder}.");
        }

        try
        {
            var type = new Context(path).LoadFromAssemblyPath(path).GetType(manifest.Entry.Type, throwOnError: true)!;
            return type.IsAssignableTo(typeof(IProduct)) && type.GetConstructor(Type.EmptyTypes) is not null
                ? () => (IProduct)Activator.CreateInstance(type, BindingFlags.Public | BindingFlags.Instance | BindingFlags.DoNotWrapExceptions, null, null, null)!
                : throw new InvalidOperationException($"{manifest.Entry.Type} is no IProduct with a public parameterless constructor.");
        }
        catch (Exception e) when (e is BadImageFormatException or FileLoadException or TypeLoadException)
        {
            throw new InvalidOperationException($"{manifest.Entry.Assembly} cannot be loaded: {e.Message}", e);
        }
    }

    private sealed class Context(string path) : AssemblyLoadContext(Path.GetFileName(path))
    {
        private readonly AssemblyDependencyResolver _resolver = new(path);

        protected override Assembly? Load(AssemblyName assemblyName) =>
            assemblyName.Name == typeof(IProduct).Assembly.GetName().Name
                ? null
                : _resolver.ResolveAssemblyToPath(assemblyName) is { } found ? LoadFromAssemblyPath(found) : null;

        protected override IntPtr LoadUnmanagedDll(string unmanagedDllName) =>
            _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } found ? LoadUnmanagedDllFromPath(found) : IntPtr.Zero;
    }
}
