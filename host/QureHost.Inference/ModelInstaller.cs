using System.Security.Cryptography;
using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Inference;

/// <summary>
/// Installs a model's folder into a site's models: whole and checked, or not at all. Weights that the card only names by
/// address and hash are fetched, and refused where the hash is another.
/// </summary>
/// <param name="root">The folder that holds a folder per model.</param>
/// <param name="http">Fetches weights.</param>
public sealed class ModelInstaller(string root, HttpClient http)
{
    /// <summary>Installs.</summary>
    /// <param name="source">A folder with <c>model.json</c> and, unless it names an address, <c>model.onnx</c>.</param>
    /// <param name="replace">A model of the same name with other weights may be replaced.</param>
    /// <param name="progress">Bytes fetched so far.</param>
    /// <param name="ct">Gives up; nothing is left behind.</param>
    /// <exception cref="ModelUnavailableException">What is wrong with it.</exception>
    public async Task<ModelFolder> AddAsync(string source, bool replace, IProgress<long>? progress, CancellationToken ct)
    {
        var offered = ModelFolder.Open(source);
        var card = offered.Card;
        Throw(ModelSchema.Problems(await File.ReadAllBytesAsync(Path.Combine(source, "model.json"), ct)));
        var target = Path.Combine(root, card.Name);
        if (File.Exists(Path.Combine(target, "model.json")) && !replace && ModelFolder.Open(target).Card.Sha256 != card.Sha256)
        {
            throw new ModelUnavailableException($"A model '{card.Name}' with other weights is installed already ({target}). Give yours another name, or say --replace.");
        }

        Directory.CreateDirectory(root);
        var staged = Path.Combine(root, $".adding-{Guid.NewGuid():N}");
        Directory.CreateDirectory(staged);
        try
        {
            File.Copy(Path.Combine(source, "model.json"), Path.Combine(staged, "model.json"));
            var weights = Path.Combine(staged, "model.onnx");
            if (File.Exists(offered.WeightsPath))
            {
                File.Copy(offered.WeightsPath, weights);
            }
            else if (card.Weights is { } where)
            {
                await FetchAsync(where.Url, weights, card, progress, ct);
            }

            // The copy is what is checked, and what stays.
            var graph = GraphPorts.Read(ModelFolder.Open(staged).ReadWeights());
            Throw(ModelSchema.Problems(card, graph));
            var old = Path.Combine(root, $".old-{Guid.NewGuid():N}");
            if (Directory.Exists(target))
            {
                Directory.Move(target, old);
            }

            Directory.Move(staged, target);
            Delete(old);
            return ModelFolder.Open(target);
        }
        finally
        {
            Delete(staged);
        }
    }

    /// <summary>Takes a model away; false where there is none.</summary>
    public bool Remove(string name)
    {
        if (!ModelStore.IsName(name) || !Directory.Exists(Path.Combine(root, name)))
        {
            return false;
        }

        // Out of sight first: a host never sees half of it.
        var old = Path.Combine(root, $".old-{Guid.NewGuid():N}");
        Directory.Move(Path.Combine(root, name), old);
        Delete(old);
        return true;
    }

    private async Task FetchAsync(string url, string path, ModelCard card, IProgress<long>? progress, CancellationToken ct)
    {
        var largest = Math.Min(card.Bytes ?? ModelFolder.LargestModel, ModelFolder.LargestModel);
        try
        {
            using var answer = await http.GetAsync(new Uri(url), HttpCompletionOption.ResponseHeadersRead, ct);
            answer.EnsureSuccessStatusCode();
            await using var from = await answer.Content.ReadAsStreamAsync(ct);
            await using var to = File.Create(path);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[1 << 17];
            long bytes = 0;
            for (int read; (read = await from.ReadAsync(buffer, ct)) > 0;)
            {
                bytes += read;
                if (bytes > largest)
                {
                    throw new ModelUnavailableException($"What {url} sends is larger than the {largest} bytes that model.json allows.");
                }

                hash.AppendData(buffer.AsSpan(0, read));
                await to.WriteAsync(buffer.AsMemory(0, read), ct);
                progress?.Report(bytes);
            }

            var found = Convert.ToHexStringLower(hash.GetHashAndReset());
            if (found != card.Sha256)
            {
                throw new ModelUnavailableException($"What {url} sends ({bytes} bytes, SHA-256 {found[..12]}…) is not the file that model.json names ({card.Sha256[..12]}…).");
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UriFormatException or NotSupportedException)
        {
            throw new ModelUnavailableException($"The weights cannot be fetched from {url}: {e.Message}", e);
        }
    }

    private static void Throw(IReadOnlyList<string> problems)
    {
        if (problems.Count > 0)
        {
            throw new ModelUnavailableException(string.Join(" ", problems));
        }
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
