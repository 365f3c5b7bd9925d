using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using QureHost.Testing;

namespace QureHost.Tests;

/// <summary>System calls of a whole host: what lies on the disk before an acknowledgement leaves the socket.</summary>
public sealed partial class AcknowledgementTests
{
    private static readonly string Sample = Directory.GetFiles(Path.Combine(SharedData.RepositoryRoot, "tests", "samples", "chest-xray"), "*.dcm").Order().First();

    [Fact]
    public async Task A_stow_answer_leaves_after_its_object_directory_and_transaction_are_synced()
    {
        var calls = await TraceAsync(async (http, _) =>
        {
            using var body = new ByteArrayContent(await File.ReadAllBytesAsync(Sample));
            body.Headers.ContentType = new MediaTypeHeaderValue("application/dicom");
            (await http.PostAsync("dicomweb/studies", body)).EnsureSuccessStatusCode();
        });

        AssertSynced(calls, calls.FindIndex(c => Sent().IsMatch(c) && c.Contains("HTTP/1.1 200", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_c_store_response_leaves_after_its_object_directory_and_transaction_are_synced()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/storescu"), "storescu (dcmtk) is not installed");
        var calls = await TraceAsync(async (_, port) =>
        {
            using var scu = Process.Start(new ProcessStartInfo("storescu", ["-aec", "QUREHOST", "127.0.0.1", $"{port}", Sample]) { RedirectStandardError = true })!;
            await scu.WaitForExitAsync();
            Assert.Equal(0, scu.ExitCode);
        });

        // The first P-DATA-TF (PS3.8 §9.3.5, type 04H) that the host sends is the C-STORE-RSP.
        AssertSynced(calls, calls.FindIndex(c => Sent().IsMatch(c) && c.Contains("\"\\4\\0\\0\\0", StringComparison.Ordinal)));
    }

    private static void AssertSynced(List<string> calls, int acknowledged)
    {
        Assert.True(acknowledged > 0, "the acknowledgement was not seen");
        var directory = calls.FindLastIndex(acknowledged, c => SyncedFolder().IsMatch(c));
        var log = calls.FindLastIndex(acknowledged, c => SyncedLog().IsMatch(c));
        var data = calls.FindLastIndex(acknowledged, c => SyncedObject().IsMatch(c));
        Assert.True(data >= 0 && data < directory && directory < log && log < acknowledged, $"object {data}, directory {directory}, log {log}, acknowledgement {acknowledged}");
    }

    /// <summary>Completed calls of a host, in the order they ended, while something is stored in it.</summary>
    private static async Task<List<string>> TraceAsync(Func<HttpClient, int, Task> store)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/strace"), "strace is not installed");
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("none"));
        var (trace, web, dimse) = (folder.At("trace"), FreePort(), FreePort());
        var host = Path.Combine(SharedData.RepositoryRoot, "host", "QureHost", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "QureHost.dll");
        using var process = Process.Start(new ProcessStartInfo(
            "strace",
            ["-f", "-y", "-s", "32", "-o", trace, "-e", "trace=fsync,fdatasync,sendto,sendmsg", "dotnet", host, "serve",
                "--urls", $"http://127.0.0.1:{web}", "--dimse-port", $"{dimse}", "--data", folder.At("data"), "--plugins", folder.At("none")])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var serves = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null || line.Data.Contains(" serves ", StringComparison.Ordinal))
            {
                serves.TrySetResult(line.Data is not null);
            }
        };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        try
        {
            Assert.SkipUnless(await serves.Task.WaitAsync(TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken), "strace may not trace here");
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{web}/") };
            await store(http, dimse);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        return Completed(await File.ReadAllLinesAsync(trace));
    }

    private static List<string> Completed(string[] lines)
    {
        var begun = new Dictionary<string, string>();
        var calls = new List<string>();
        foreach (var line in lines)
        {
            var thread = line.Split(' ', 2)[0];
            if (line.EndsWith("<unfinished ...>", StringComparison.Ordinal))
            {
                // What is sent may arrive before the call returns: an acknowledgement counts from its beginning.
                if (Sent().IsMatch(line))
                {
                    calls.Add(line);
                }
                else
                {
                    begun[thread] = line;
                }
            }
            else if (!line.Contains("resumed>", StringComparison.Ordinal))
            {
                calls.Add(line);
            }
            else if (begun.Remove(thread, out var start))
            {
                calls.Add(start + line);
            }
        }

        return calls;
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@" send(to|msg)\(")]
    private static partial Regex Sent();

    [GeneratedRegex(@"f(data)?sync\(\d+<[^>]*/objects/default/\d{4}/\d\d/\d\d/\d\d/[0-9a-f]{32}\.dcm>")]
    private static partial Regex SyncedObject();

    [GeneratedRegex(@"fsync\(\d+<[^>]*/objects/default/\d{4}/\d\d/\d\d/\d\d>")]
    private static partial Regex SyncedFolder();

    [GeneratedRegex(@"f(data)?sync\(\d+<[^>]*/index\.db-wal>")]
    private static partial Regex SyncedLog();
}
