using System.Security.Cryptography;
using System.Text.Json;

namespace QureHost.Sdk.Inference;

/// <summary>A folder that holds <c>model.onnx</c> and <c>model.json</c>; its weights are read only after their hash was checked.</summary>
public sealed class ModelFolder
{
    /// <summary>A protobuf message ends at 2 GiB, and so does a model in one file.</summary>
    public const long LargestModel = int.MaxValue;

    private const long LargestCard = 4 << 20;

    private ModelFolder(string path, ModelCard card)
    {
        Path = path;
        Card = card;
    }

    /// <summary>Full path of the folder.</summary>
    public string Path { get; }

    /// <summary>What <c>model.json</c> says.</summary>
    public ModelCard Card { get; }

    /// <summary>Full path of the weights.</summary>
    public string WeightsPath => System.IO.Path.Combine(Path, "model.onnx");

    /// <summary>Reads the card; the weights are not touched.</summary>
    /// <exception cref="ModelUnavailableException">There is no card, or it cannot be read.</exception>
    public static ModelFolder Open(string folder)
    {
        var name = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(folder));
        var cardPath = System.IO.Path.Combine(folder, "model.json");
        try
        {
            var file = new FileInfo(cardPath);
            if (!file.Exists)
            {
                throw new ModelUnavailableException($"Model '{name}': there is no model.json beside its weights.");
            }

            if (file.Length > LargestCard)
            {
                throw new ModelUnavailableException($"Model '{name}': model.json is larger than {LargestCard >> 20} MB.");
            }

            var card = JsonSerializer.Deserialize(File.ReadAllBytes(cardPath), SdkJson.Default.ModelCard)
                ?? throw new ModelUnavailableException($"Model '{name}': model.json holds no object.");
            if (card.Sha256.Length != 64 || !card.Sha256.All(char.IsAsciiHexDigit))
            {
                throw new ModelUnavailableException($"Model '{name}': model.json states no SHA-256 of its weights.");
            }

            return new ModelFolder(System.IO.Path.GetFullPath(folder), card with
            {
                Sha256 = card.Sha256.ToLowerInvariant(),

                // Source-generated JSON gives an absent init-only property null, not its initialiser.
                Licence = card.Licence ?? "",
                Source = card.Source ?? "",
                IntendedUse = card.IntendedUse ?? "",
            });
        }
        catch (JsonException e)
        {
            throw new ModelUnavailableException($"Model '{name}': model.json cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelUnavailableException($"Model '{name}': model.json cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>
    /// The weights, whole. They are loaded from these bytes, so what was hashed is what runs, and a graph cannot name
    /// other files to be read.
    /// </summary>
    /// <exception cref="ModelUnavailableException">Missing, unreadable, or not what the card says.</exception>
    public byte[] ReadWeights()
    {
        try
        {
            var file = new FileInfo(WeightsPath);
            if (!file.Exists)
            {
                throw new ModelUnavailableException($"Model '{Card.Name}' {Card.Version}: model.onnx is missing.");
            }

            if (file.Length > LargestModel)
            {
                throw new ModelUnavailableException($"Model '{Card.Name}' {Card.Version}: model.onnx is larger than 2 GiB.");
            }

            var bytes = File.ReadAllBytes(WeightsPath);
            var found = Convert.ToHexStringLower(SHA256.HashData(bytes));
            return found == Card.Sha256
                ? bytes
                : throw new ModelUnavailableException(
                    $"Model '{Card.Name}' {Card.Version}: model.onnx ({bytes.Length} bytes, SHA-256 {found[..12]}…) is not the file that model.json names ({Card.Sha256[..12]}…). It is damaged or was exchanged; install the model again.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelUnavailableException($"Model '{Card.Name}' {Card.Version}: model.onnx cannot be opened: {e.Message}", e);
        }
    }
}
