using System.Collections.Concurrent;
using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Inference;

/// <summary>
/// Models by name: a folder each below one of the roots, <c>{root}/{name}/model.json</c> beside <c>model.onnx</c>. Cards
/// are read when asked for and read again when they change, so that a model can be installed while the host runs. What a
/// site chose comes first, then what came with the plugin's own version, then the roots.
/// </summary>
/// <param name="roots">Folders that hold a folder per model.</param>
/// <param name="choice">What a site runs in place of a product's model; null where no site exchanged any.</param>
public sealed class ModelStore(IEnumerable<string> roots, Func<ModelRequest, ModelChoice?>? choice = null)
{
    private readonly string[] _roots = [.. roots.Select(Path.GetFullPath)];
    private readonly ConcurrentDictionary<string, (DateTime Written, ModelFolder Folder)> _known = new(StringComparer.Ordinal);

    /// <summary>The model that a product gets at a site.</summary>
    /// <exception cref="ModelUnavailableException">There is none, its card cannot be read, or it is no longer what the site chose.</exception>
    public ModelFolder Resolve(ModelRequest request)
    {
        if (choice?.Invoke(request) is not { } chosen)
        {
            return Embedded(request);
        }

        var folder = Get(chosen.Name);
        return folder.Card.Sha256 == chosen.Sha256
            ? folder
            : throw new ModelUnavailableException(
                $"Site '{request.Site}' runs model '{chosen.Name}' ({chosen.Sha256[..12]}…) in place of '{request.Name}', and what is installed under that name now is another ({folder.Card.Sha256[..12]}…). Choose it again, or go back to the product's own.");
    }

    /// <summary>The model as the product brought it, whatever a site chose.</summary>
    /// <exception cref="ModelUnavailableException">There is none, or its card cannot be read.</exception>
    public ModelFolder Embedded(ModelRequest request) => Get(request.Name, request.OwnModels);

    /// <summary>Opens a model's folder.</summary>
    /// <exception cref="ModelUnavailableException">There is none, or its card cannot be read.</exception>
    public ModelFolder Get(string name, string? before = null)
    {
        if (!IsName(name))
        {
            throw new ModelUnavailableException($"Model '{name}': a model's name is of a-z 0-9 and '-'.");
        }

        string[] places = before is null ? _roots : [before, .. _roots];
        var path = Array.Find(Array.ConvertAll(places, root => Path.Combine(root, name)), folder => File.Exists(Path.Combine(folder, "model.json")))
            ?? throw new ModelUnavailableException($"Model '{name}' is not installed: there is no folder of that name in {string.Join(" or ", _roots.Select(Path.GetFileName))}.");
        var written = File.GetLastWriteTimeUtc(Path.Combine(path, "model.json"));
        if (_known.TryGetValue(path, out var known) && known.Written == written)
        {
            return known.Folder;
        }

        var opened = ModelFolder.Open(path);
        if (opened.Card.Name != name)
        {
            throw new ModelUnavailableException($"Model '{name}': its model.json calls it '{opened.Card.Name}'.");
        }

        _known[path] = (written, opened);
        return opened;
    }

    /// <summary>Names of the models below the roots, each once.</summary>
    public IReadOnlyList<string> Names() =>
    [
        .. _roots.Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories)
            .Where(folder => File.Exists(Path.Combine(folder, "model.json")))
            .Select(folder => Path.GetFileName(folder)!).Where(IsName).Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>True where a name can be a model's, and so a folder's.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
