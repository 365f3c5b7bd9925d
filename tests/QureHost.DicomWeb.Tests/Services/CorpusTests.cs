using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using QureHost.Testing;

namespace QureHost.DicomWeb.Tests.Services;

/// <summary>Real and broken files of other projects' test sets: each is stored or refused as its manifest says, and comes back as it came.</summary>
public sealed class CorpusTests
{
    [Fact]
    public async Task Given_each_file_of_the_corpus_it_gets_its_verdict_and_comes_back_as_it_came()
    {
        Assert.SkipUnless(SharedData.IsPresent, SharedData.Absent);
        await using var host = await RunningHost.StartAsync();
        var wrong = new List<string>();
        var stored = 0;
        foreach (var (file, expected) in Manifest())
        {
            var bytes = await File.ReadAllBytesAsync(SharedData.At("data", "dicom-corpus", file));
            using var response = await host.StoreAsync(bytes);
            var answer = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsByteArrayAsync());
            var kept = response.StatusCode == HttpStatusCode.OK && answer.TryGetProperty("00081199", out _);
            if ((int)response.StatusCode >= 500 || (expected != "either" && kept != (expected == "ok")))
            {
                wrong.Add($"{file}: {expected} expected, {(int)response.StatusCode}");
            }

            if (kept)
            {
                stored++;
                var instance = answer.GetProperty("00081199").GetProperty("Value")[0].GetProperty("00081190").GetProperty("Value")[0].GetString()!;
                wrong.AddRange(await Differences(host, instance, bytes, file));
                using var deleted = await host.Client.DeleteAsync(instance); // the next may be the same instance in another transfer syntax
            }
        }

        Assert.Equal([], wrong);
        Assert.InRange(stored, 200, 261);
    }

    private static async Task<List<string>> Differences(RunningHost host, string instance, byte[] sent, string file)
    {
        var wrong = new List<string>();
        using var whole = await host.GetAsync(instance, "application/dicom; transfer-syntax=*");
        if (!(await whole.Content.ReadAsByteArrayAsync()).AsSpan().EndsWith(sent.AsSpan(sent.Length / 2)))
        {
            wrong.Add($"{file}: came back changed");
        }

        foreach (var (path, accept) in new[] { ("/metadata", "application/dicom+json"), ("/frames/1", "*/*"), ("/rendered", "image/jpeg"), ("/thumbnail", "*/*"), ("", "application/dicom") })
        {
            using var response = await host.GetAsync(instance + path, accept);
            if ((int)response.StatusCode >= 500 || (path == "/metadata" && response.StatusCode != HttpStatusCode.OK))
            {
                wrong.Add($"{file}{path}: {(int)response.StatusCode}");
            }
        }

        return wrong;
    }

    private static IEnumerable<(string File, string Expected)> Manifest()
    {
        foreach (var line in File.ReadLines(SharedData.At("data", "dicom-corpus", "MANIFEST.csv")).Skip(1))
        {
            // Quoted fields hold commas; the two that matter hold neither.
            var fields = Regex.Replace(line, "\"[^\"]*\"", "").Split(',');
            yield return (fields[0], fields[7]);
        }
    }
}
