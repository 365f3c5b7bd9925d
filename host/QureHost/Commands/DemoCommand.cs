using System.CommandLine;
using System.Net.Http.Json;
using QureHost.Archive;
using QureHost.Phantoms;

namespace QureHost.Commands;

/// <summary><c>qurehost demo</c>: the host on loopback with sample studies.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var options = new ServeCommandLine();
        var command = new Command("demo", "Starts the host on loopback with sample studies: three real chest X-rays and two phantoms.");
        options.AddTo(command);
        command.SetAction((result, ct) =>
        {
            var serve = options.Read(result, Path.Combine(ServeOptions.DefaultDataDirectory, "demo"));
            if (serve.Auth != AuthMode.None)
            {
                Console.Error.WriteLine("The demo runs on loopback without logins; use 'qurehost serve --auth local' for users.");
                return Task.FromResult(ExitCodes.Usage);
            }

            return ServeCommand.RunAsync(serve, services => FillAsync(services, serve, ct), ct);
        });
        return command;
    }

    private static async Task FillAsync(IServiceProvider services, ServeOptions options, CancellationToken ct)
    {
        var archive = services.GetRequiredService<ArchiveStore>();
        var address = new Uri(options.Urls.Split(';')[0]);
        var before = archive.Index.GetWorklist(new WorklistQuery { Sites = [ArchiveStore.DefaultSite], Limit = 1 }).Rows.Count;
        if (before == 0)
        {
            Console.Error.WriteLine("Storing the sample studies over DICOMweb …");
            using var phantoms = new PhantomFolder();
            PhantomStudy.Write("head-ct", Path.Combine(phantoms.Path, "head-ct"), new PhantomOptions { Finding = "subdural_haemorrhage", Left = true, ShiftMm = -6, BleedMl = 40 });
            PhantomStudy.Write("chest-xray", Path.Combine(phantoms.Path, "chest-xray"), new PhantomOptions { Finding = "cardiomegaly" });
            var files = DicomFiles.Find([Path.Combine(AppContext.BaseDirectory, "samples"), phantoms.Path]).Where(f => f.EndsWith(".dcm", StringComparison.OrdinalIgnoreCase)).ToArray();
            var summary = await ImportCommand.IntoHostAsync(files, address, ArchiveStore.DefaultSite, null, ct);
            Console.Error.WriteLine($"{summary.Taken} of {summary.Files} sample files are stored.");
            await AttachReportAsync(archive, address, ct);
        }

        Console.WriteLine($"Open {address} in a browser.");
    }

    /// <summary>A report written for the demo, so that report reading shows beside image reading.</summary>
    private static async Task AttachReportAsync(ArchiveStore archive, Uri address, CancellationToken ct)
    {
        var head = archive.Index.GetWorklist(new WorklistQuery { Sites = [ArchiveStore.DefaultSite], Modality = "CT", Limit = 1 }).Rows;
        if (head.Count == 0)
        {
            return;
        }

        using var http = new HttpClient { BaseAddress = address };
        var text = "CLINICAL HISTORY: Fall. Question of subdural haematoma.\nFINDINGS: There is a left convexity subdural haematoma with 6 mm of midline shift to the right. No skull fracture. No evidence of infarct.\nIMPRESSION: Acute left subdural haematoma with mass effect.";
        using var answer = await http.PostAsJsonAsync($"api/v1/studies/{head[0].StudyUid}/reports", new { text, modality = "CT head" }, ct);
        answer.EnsureSuccessStatusCode();
    }

    private sealed class PhantomFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("qurehost-demo-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
