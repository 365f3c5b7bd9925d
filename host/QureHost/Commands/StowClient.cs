using System.Net.Http.Headers;
using System.Text.Json;

namespace QureHost.Commands;

/// <summary>Sends files to a host by STOW-RS (PS3.18 §10.5).</summary>
internal sealed class StowClient(HttpClient http, string site)
{
    private const string ReferencedSopSequence = "00081199";
    private const string FailedSopSequence = "00081198";
    private const string OtherFailuresSequence = "0008119A";
    private const string FailureReason = "00081197";

    /// <summary>Path of the site's studies below the host's address.</summary>
    public string StudiesPath { get; } = site == Archive.ArchiveStore.DefaultSite ? "dicomweb/studies" : $"sites/{Uri.EscapeDataString(site)}/dicomweb/studies";

    /// <summary>Sends one request and says how many instances were taken, and why the others were not.</summary>
    /// <exception cref="HttpRequestException">The host did not answer, or not as STOW-RS does.</exception>
    public async Task<StowAnswer> SendAsync(IReadOnlyList<string> files, CancellationToken ct)
    {
        using var content = new MultipartContent("related", $"qurehost-{Guid.NewGuid():N}");
        content.Headers.ContentType!.Parameters.Add(new NameValueHeaderValue("type", "\"application/dicom\""));
        foreach (var file in files)
        {
            var part = new StreamContent(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan));
            part.Headers.ContentType = new MediaTypeHeaderValue("application/dicom");
            content.Add(part);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, StudiesPath) { Content = content };
        request.Headers.Accept.ParseAdd("application/dicom+json");
        using var response = await http.SendAsync(request, ct);
        var body = await response.Content.ReadAsStringAsync(ct);
        if (response.Content.Headers.ContentType?.MediaType?.EndsWith("dicom+json", StringComparison.Ordinal) != true)
        {
            throw new HttpRequestException($"The host answered {(int)response.StatusCode}{(body.Length > 0 ? $": {Short(body)}" : "")}", null, response.StatusCode);
        }

        using var json = JsonDocument.Parse(body);
        var root = json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement[0] : json.RootElement;
        var refused = Items(root, FailedSopSequence).Concat(Items(root, OtherFailuresSequence))
            .Select(i => i.TryGetProperty(FailureReason, out var reason) && reason.TryGetProperty("Value", out var values) && values.GetArrayLength() > 0 ? values[0].GetInt32() : 0)
            .ToArray();
        return new StowAnswer(Items(root, ReferencedSopSequence).Count(), refused);
    }

    private static IEnumerable<JsonElement> Items(JsonElement dataset, string tag) =>
        dataset.TryGetProperty(tag, out var sequence) && sequence.TryGetProperty("Value", out var items) ? items.EnumerateArray() : [];

    private static string Short(string text) => text.Length > 300 ? text[..300] : text;
}

/// <summary>Instances taken (new or there already), and the Failure Reason of each that was not.</summary>
internal sealed record StowAnswer(int Taken, IReadOnlyList<int> FailureReasons);
