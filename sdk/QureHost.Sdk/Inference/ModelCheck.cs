namespace QureHost.Sdk.Inference;

/// <summary>What a check of an installed model found.</summary>
/// <param name="Name">Name of its folder.</param>
/// <param name="Version">As its card says, where it can be read.</param>
/// <param name="Sha256">As its card says, where it can be read.</param>
/// <param name="Path">Its folder.</param>
/// <param name="Problems">Empty where all is well.</param>
public sealed record ModelVerdict(string Name, string? Version, string? Sha256, string Path, IReadOnlyList<string> Problems);

/// <summary>Holds a model's folder against its own card: schema, hash, and the graph's inputs and outputs.</summary>
public static class ModelCheck
{
    /// <summary>Checks one folder. Reads all of its weights; runs nothing.</summary>
    public static ModelVerdict Verify(string folder)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        try
        {
            var opened = ModelFolder.Open(folder);
            var problems = new List<string>(ModelSchema.Problems(File.ReadAllBytes(Path.Combine(folder, "model.json"))));
            if (opened.Card.Name != name)
            {
                problems.Add($"Its model.json calls it '{opened.Card.Name}', its folder '{name}'.");
            }

            try
            {
                var weights = opened.ReadWeights();
                if (opened.Card.Bytes is { } bytes && bytes != weights.Length)
                {
                    problems.Add($"model.json says {bytes} bytes; model.onnx has {weights.Length}.");
                }

                problems.AddRange(ModelSchema.Problems(opened.Card, GraphPorts.Read(weights)));
            }
            catch (ModelUnavailableException e)
            {
                problems.Add(e.Message);
            }

            return new ModelVerdict(name, opened.Card.Version, opened.Card.Sha256, opened.Path, problems);
        }
        catch (ModelUnavailableException e)
        {
            return new ModelVerdict(name, null, null, Path.GetFullPath(folder), [e.Message]);
        }
    }
}
