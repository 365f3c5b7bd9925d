using System.Reflection;
using McMaster.NETCore.Plugins;
using QureHost.Sdk;
using QureHost.Sdk.Manifests;

namespace QureHost.Plugins;

/// <summary>What became of a plugin.</summary>
public enum PluginState
{
    /// <summary>Its product can run.</summary>
    Active,

    /// <summary>Its process is being started; its product runs as soon as it is there.</summary>
    Starting,

    /// <summary>Its manifest or code is broken, or it broke the host's patience.</summary>
    Malfunctioned,

    /// <summary>Different studies crashed this version: it is put aside until an operator enables it again.</summary>
    Quarantined,

    /// <summary>Made for another version of the SDK or of the worker protocol.</summary>
    NotSupported,

    /// <summary>An operator put it aside: a file <c>disabled</c> lies in its folder.</summary>
    Disabled,
}

/// <summary>One version of a plugin, in its folder, with the reason where it cannot run.</summary>
public sealed class Plugin : IDisposable
{
    private readonly PluginLoader? _loader;
    private readonly Type? _entry;
    private readonly Lock _gate = new();
    private PluginState _state;
    private string? _reason;

    internal Plugin(string folder, PluginManifest? manifest, PluginState state, string? reason, PluginLoader? loader = null, Type? entry = null)
    {
        (Folder, Manifest, _state, _reason, _loader, _entry) = (folder, manifest, state, reason, loader, entry);
        Id = manifest?.Id ?? Path.GetFileName(folder);
    }

    /// <summary>Id of the manifest, or the folder's name where there is no readable manifest.</summary>
    public string Id { get; }

    /// <summary>Version of the manifest, where there is one.</summary>
    public string? Version => Manifest?.Version;

    /// <summary>Full path.</summary>
    public string Folder { get; }

    /// <summary>Where the models lie that came with this version, a folder each.</summary>
    public string ModelFolder => Path.Combine(Folder, "models");

    /// <summary>Null where it could not be read.</summary>
    public PluginManifest? Manifest { get; }

    public PluginState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    /// <summary>Why it is not active, in a sentence for an operator.</summary>
    public string? Reason
    {
        get
        {
            lock (_gate)
            {
                return _reason;
            }
        }
    }

    /// <summary>Runs may be given to it.</summary>
    public bool CanRun => State is PluginState.Active or PluginState.Starting;

    /// <summary>A new instance of the product, by its parameterless constructor, in this process.</summary>
    /// <exception cref="InvalidOperationException">The plugin is not active, or its code is not loaded here.</exception>
    public IProduct Create() =>
        _entry is not null && State == PluginState.Active
            ? (IProduct)Activator.CreateInstance(_entry, BindingFlags.Public | BindingFlags.Instance | BindingFlags.DoNotWrapExceptions, binder: null, args: null, culture: null)!
            : throw new InvalidOperationException(CanRun ? $"The code of plugin '{Id}' is not loaded in this process." : $"Plugin '{Id}' is {State}: {Reason}");

    /// <summary>Changes the state.</summary>
    public void Set(PluginState state, string? reason)
    {
        lock (_gate)
        {
            (_state, _reason) = (state, reason);
        }
    }

    /// <summary>Changes the state where it is the expected one: what an operator or a crash decided meanwhile stays.</summary>
    public bool TrySet(PluginState state, string? reason, PluginState expected)
    {
        lock (_gate)
        {
            if (_state != expected)
            {
                return false;
            }

            (_state, _reason) = (state, reason);
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _loader?.Dispose();
}
