using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using QureHost.Archive;
using QureHost.Products;

namespace QureHost.Commands;

/// <summary>
/// <c>qurehost import PATH…</c>: into a running host by STOW-RS; where none runs, straight into a data directory. Either
/// way a second import of the same files changes nothing, so an import that was cut off is simply started again.
/// </summary>
internal static class ImportCommand
{
    private const int FilesPerRequest = 50;
    private const long BytesPerRequest = 64L << 20;

    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH") { Description = "Files and folders of DICOM", Arity = ArgumentArity.OneOrMore };
        var host = HostOption.Create();
        var data = new Option<DirectoryInfo?>("--data") { Description = "Write into this data directory; no host may have it open" };
        var site = new Option<string>("--site") { Description = "Site that the studies belong to", DefaultValueFactory = _ => ArchiveStore.DefaultSite };
        var key = new Option<string?>("--key") { Description = "API key [default: the environment's QUREHOST_KEY]" };
        var json = new Option<bool>("--json") { Description = "Print the summary as JSON" };
        var command = new Command("import", "Stores DICOM files and folders.") { paths, host, data, site, key, json };
        command.SetAction(async (result, ct) =>
        {
            try
            {
                var files = DicomFiles.Find(result.GetValue(paths)!);
                var clock = Stopwatch.StartNew();
                var summary = result.GetValue(data) is { } directory
                    ? await IntoDirectoryAsync(files, directory.FullName, result.GetValue(site)!, ct)
                    : await IntoHostAsync(files, result.GetValue(host)!, result.GetValue(site)!, result.GetValue(key) ?? Environment.GetEnvironmentVariable("QUREHOST_KEY"), ct);
                Print(summary with { Seconds = clock.Elapsed.TotalSeconds }, result.GetValue(json));
                return summary.Refused.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed;
            }
            catch (Exception e) when (e is FileNotFoundException or ArchiveException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(e.Message);
                return ExitCodes.Usage;
            }
            catch (HttpRequestException e)
            {
                Console.Error.WriteLine(e.InnerException is SocketException
                    ? $"No host answers at {result.GetValue(host)}. Start one with 'qurehost serve', or write into a data directory with --data."
                    : e.Message);
                return ExitCodes.Failed;
            }
        });
        return command;
    }

    /// <summary>Sends files in requests of some dozens each.</summary>
    public static async Task<ImportSummary> IntoHostAsync(IReadOnlyList<string> files, Uri host, string site, string? key, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = host, Timeout = Timeout.InfiniteTimeSpan };
        if (key is { Length: > 0 })
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        var client = new StowClient(http, site);
        var refused = new List<RefusedFile>();
        var taken = 0;
        using var progress = new Progress("Sending", files.Count);
        foreach (var batch in Batches(files))
        {
            var answer = await client.SendAsync(batch, ct);
            taken += answer.Taken;
            if (answer.FailureReasons.Count > 0)
            {
                // Which file a failure belongs to is only sure one by one; a repeat of what was taken changes nothing.
                foreach (var file in batch)
                {
                    var one = batch.Count == 1 ? answer : await client.SendAsync([file], ct);
                    refused.AddRange(one.FailureReasons.Select(r => new RefusedFile(file, Meaning(r))));
                }
            }

            foreach (var file in batch)
            {
                progress.Step(Path.GetFileName(file));
            }
        }

        return new ImportSummary(files.Count, taken, refused);
    }

    private static async Task<ImportSummary> IntoDirectoryAsync(IReadOnlyList<string> files, string directory, string site, CancellationToken ct)
    {
        await using var archive = await ArchiveStore.OpenAsync(new ArchiveOptions { DataDirectory = directory }, TimeProvider.System, LoggerFactory.Create(_ => { }), ct);
        var refused = new List<RefusedFile>();
        var taken = 0;
        using var progress = new Progress("Storing", files.Count);
        foreach (var batch in Batches(files))
        {
            await using var group = archive.Ingest.Begin(site, "import");
            foreach (var file in batch)
            {
                await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
                await group.AddAsync(stream, ct);
                progress.Step(Path.GetFileName(file));
            }

            var outcomes = await group.CommitAsync(ct);
            for (var i = 0; i < outcomes.Count; i++)
            {
                if (outcomes[i].Status == IngestStatus.Refused)
                {
                    refused.Add(new RefusedFile(batch[i], outcomes[i].Message ?? Meaning(outcomes[i].FailureReason)));
                }
                else
                {
                    taken++;
                }
            }
        }

        return new ImportSummary(files.Count, taken, refused);
    }

    private static IEnumerable<IReadOnlyList<string>> Batches(IReadOnlyList<string> files)
    {
        var batch = new List<string>();
        long bytes = 0;
        foreach (var file in files)
        {
            var length = new FileInfo(file).Length;
            if (batch.Count > 0 && (batch.Count == FilesPerRequest || bytes + length > BytesPerRequest))
            {
                yield return batch;
                batch = [];
                bytes = 0;
            }

            batch.Add(file);
            bytes += length;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private static void Print(ImportSummary summary, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(summary, HostJson.Indented));
            return;
        }

        Console.WriteLine($"{summary.Taken} of {summary.Files} files are stored ({summary.Seconds:0.0} s).");
        foreach (var group in summary.Refused.GroupBy(r => r.Reason))
        {
            Console.WriteLine($"{group.Count()} refused: {group.Key}");
            foreach (var file in group.Take(5))
            {
                Console.WriteLine($"  {file.File}");
            }

            if (group.Count() > 5)
            {
                Console.WriteLine($"  and {group.Count() - 5} more");
            }
        }
    }

    private static string Meaning(int reason) => reason switch
    {
        FailureReasons.DuplicateSopInstance => "another dataset with this SOP Instance UID is stored already (0111H)",
        FailureReasons.InvalidSopInstance => "the identifiers are missing or invalid (0117H)",
        FailureReasons.OutOfResources => "the host is out of space (A700H)",
        FailureReasons.CannotUnderstand => "not a DICOM file that can be read (C000H)",
        FailureReasons.DatasetDoesNotMatch => "the dataset does not match its SOP class or study (A900H)",
        _ => $"failure reason {reason:X4}H",
    };
}

/// <summary>What an import did.</summary>
internal sealed record ImportSummary(int Files, int Taken, IReadOnlyList<RefusedFile> Refused, double Seconds = 0);

/// <summary>A file that was not stored.</summary>
internal sealed record RefusedFile(string File, string Reason);
