using System.CommandLine;

namespace QureHost.Commands;

/// <summary>Where a command finds models: those of the data folder before those that came with the host, as the host itself does.</summary>
internal sealed class ModelPlaces
{
    private readonly Option<DirectoryInfo?> _data = new("--data") { Description = $"The host's data folder; models that were added lie below it [default: {ServeOptions.DefaultDataDirectory}]" };
    private readonly Option<DirectoryInfo?> _models = new("--models") { Description = "Folder of models [default: those that came with the host]" };

    public void AddTo(Command command, bool models = true)
    {
        command.Options.Add(_data);
        if (models)
        {
            command.Options.Add(_models);
        }
    }

    /// <summary>Models that the site added.</summary>
    public string Own(ParseResult result) => Path.Combine(result.GetValue(_data)?.FullName ?? ServeOptions.DefaultDataDirectory, "models");

    /// <summary>All folders with a card; a name in the data folder hides the same name beside the host.</summary>
    public IReadOnlyList<string> Folders(ParseResult result) =>
    [
        .. new[] { Own(result), result.GetValue(_models)?.FullName ?? new ServeOptions().ModelDirectory }
            .Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories)
            .Where(f => Inference.ModelStore.IsName(Path.GetFileName(f)) && File.Exists(Path.Combine(f, "model.json")))
            .DistinctBy(Path.GetFileName).OrderBy(Path.GetFileName, StringComparer.Ordinal),
    ];
}
