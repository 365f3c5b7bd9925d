using System.Collections.Concurrent;
using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Inference;

/// <summary>
/// Models by name: a folder each below one of the roots, <c>{root}/{name}/model.json</c> beside <c>model.onnx</c>. Cards
/// are read when asked for and read again when they change, so that a model can be installed while the host runs.
/// </summary>
public sealed class ModelStore(IEnumerable<string> roots)
{
    private readonly string[] _roots = [.. roots.Select(Path.GetFullPath)];
    private readonly ConcurrentDictionary<string, (DateTime Written, ModelFolder Folder)> _known = new(StringComparer.Ordinal);

    /// <summary>Opens a model's folder.</summary>
    /// <exception cref="ModelUnavailableException">There is none, or its card cannot be read.</exception>
    public ModelFolder Get(string name)
    {
        if (name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            throw new ModelUnavailableException($"Model '{name}': a model's name is of a-z 0-9 and '-'.");
        }

        var path = Array.Find(Array.ConvertAll(_roots, root => Path.Combine(root, name)), Directory.Exists)
            ?? throw new ModelUnavailableException($"Model '{name}' is not installed: there is no folder of that name in {string.Join(" or ", _roots.Select(Path.GetFileName))}.");
        var written = File.GetLastWriteTimeUtc(Path.Combine(path, "model.json"));
        if (_known.TryGetValue(name, out var known) && known.Written == written && known.Folder.Path == path)
        {
            return known.Folder;
        }

        var folder = ModelFolder.Open(path);
        if (folder.Card.Name != name)
        {
            throw new ModelUnavailableException($"Model '{name}': its model.json calls it '{folder.Card.Name}'.");
        }

        _known[name] = (written, folder);
        return folder;
    }
}
