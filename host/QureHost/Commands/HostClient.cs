using System.CommandLine;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace QureHost.Commands;

/// <summary>A running host, as the command line calls it.</summary>
internal sealed class HostClient : IDisposable
{
    private readonly Uri _host;

    public HostClient(Uri host, string? key)
    {
        _host = host;
        Http = new HttpClient { BaseAddress = new Uri(host.AbsoluteUri.TrimEnd('/') + "/"), Timeout = TimeSpan.FromMinutes(10) };
        if ((key ?? Environment.GetEnvironmentVariable("QUREHOST_KEY")) is { Length: > 0 } given)
        {
            Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", given);
        }
    }

    public HttpClient Http { get; }

    public static Option<string?> KeyOption() => new("--key") { Description = "API key of an admin [default: the environment's QUREHOST_KEY]" };

    /// <summary>Calls the host; its refusals are told on standard error as it gave them.</summary>
    /// <returns>The exit status, and the answer's body where it is 0.</returns>
    public async Task<(int Status, JsonElement Body)> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = content };
            using var answer = await Http.SendAsync(request, ct);
            var text = await answer.Content.ReadAsStringAsync(ct);
            if (answer.IsSuccessStatusCode)
            {
                return (ExitCodes.Ok, text.Length == 0 ? default : Parse(text));
            }

            var detail = Parse(text) is { ValueKind: JsonValueKind.Object } problem && problem.TryGetProperty("detail", out var d) ? d.GetString() : null;
            await Console.Error.WriteLineAsync(detail ?? $"The host at {_host} answered {(int)answer.StatusCode} {answer.ReasonPhrase}.");
            return (ExitCodes.Failed, default);
        }
        catch (HttpRequestException e)
        {
            await Console.Error.WriteLineAsync(e.InnerException is SocketException ? $"No host answers at {_host}. Start one with 'qurehost serve', or name it with --host." : e.Message);
            return (ExitCodes.Failed, default);
        }
    }

    public void Dispose() => Http.Dispose();

    private static JsonElement Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
