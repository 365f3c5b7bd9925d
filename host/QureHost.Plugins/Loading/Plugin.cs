using System.Reflection;
using McMaster.NETCore.Plugins;
using QureHost.Sdk;
using QureHost.Sdk.Manifests;

namespace QureHost.Plugins;

/// <summary>What became of a plugin's folder.</summary>
public enum PluginState
{
    /// <summary>Loaded; its product can run.</summary>
    Active,

    /// <summary>Its manifest or code is broken, or it broke the host's patience.</summary>
    Malfunctioned,

    /// <summary>Made for another version of the SDK.</summary>
    NotSupported,

    /// <summary>An operator put it aside: a file <c>disabled</c> lies in its folder.</summary>
    Disabled,
}

/// <summary>A plugin's folder, loaded or not, with the reason why not.</summary>
public sealed class Plugin : IDisposable
{
    private readonly PluginLoader? _loader;
    private readonly Type? _entry;
    private (PluginState State, string? Reason) _state;

    internal Plugin(string folder, PluginManifest? manifest, PluginState state, string? reason, PluginLoader? loader = null, Type? entry = null)
    {
        Folder = folder;
        Manifest = manifest;
        _state = (state, reason);
        _loader = loader;
        _entry = entry;
    }

    /// <summary>Id of the manifest, or the folder's name where there is no readable manifest.</summary>
    public string Id => Manifest?.Id ?? Path.GetFileName(Folder);

    /// <summary>Full path.</summary>
    public string Folder { get; }

    /// <summary>Null where it could not be read.</summary>
    public PluginManifest? Manifest { get; }

    public PluginState State => _state.State;

    /// <summary>Why it is not active, in a sentence for an operator.</summary>
    public string? Reason => _state.Reason;

    /// <summary>A new instance of the product, by its parameterless constructor.</summary>
    /// <exception cref="InvalidOperationException">The plugin is not active.</exception>
    public IProduct Create() =>
        _entry is not null && State == PluginState.Active
            ? (IProduct)Activator.CreateInstance(_entry, BindingFlags.Public | BindingFlags.Instance | BindingFlags.DoNotWrapExceptions, binder: null, args: null, culture: null)!
            : throw new InvalidOperationException($"Plugin '{Id}' is {State}: {Reason}");

    /// <summary>Puts a plugin aside that did the host harm; it comes back with the next start.</summary>
    public void Quarantine(string reason) => _state = (PluginState.Malfunctioned, reason);

    /// <inheritdoc/>
    public void Dispose() => _loader?.Dispose();
}
