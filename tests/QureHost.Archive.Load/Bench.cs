using System.Buffers;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using QureHost.Dicom;

namespace QureHost.Archive.Load;

/// <summary>Figures of ingest, searches and metadata in one process, without HTTP.</summary>
public static class Bench
{
    private const int Pixels = 512;
    private const int PerRequest = 50;
    private const int Senders = 4;

    public static async Task RunAsync(string folder, int files, int studies)
    {
        await using var archive = await ArchiveStore.OpenAsync(new ArchiveOptions { DataDirectory = folder }, TimeProvider.System, NullLoggerFactory.Instance, default);
        Console.WriteLine($"load {await File.ReadAllTextAsync("/proc/loadavg")}".TrimEnd());
        await IngestAsync(archive, Senders, 400, warmUp: true);
        await IngestAsync(archive, 0, files, warmUp: false);
        await SmallStudiesAsync(archive, 2 * Senders, studies);
        var index = archive.Index;
        var output = new ArrayBufferWriter<byte>(4 << 20);
        Measure("QIDO studies, newest 100", output, () => index.WriteMatches(new QidoQuery { Site = "default", Level = QidoLevel.Study, Limit = 100 }, "http://h/dicomweb", output));
        Measure("QIDO studies by Patient ID", output, () => index.WriteMatches(Studies(new QidoFilter(DicomTags.PatientID, "BCT000007")), "http://h/dicomweb", output));
        Measure("QIDO studies by name prefix", output, () => index.WriteMatches(Studies(new QidoFilter(DicomTags.PatientName, "bench12*")), "http://h/dicomweb", output));
        Measure("QIDO studies by modality and date", output, () => index.WriteMatches(Studies(new QidoFilter(DicomTags.ModalitiesInStudy, "MR"), new QidoFilter(DicomTags.StudyDate, "20260201-20260301")), "http://h/dicomweb", output));
        Measure("QIDO series of a study", output, () => index.WriteMatches(new QidoQuery { Site = "default", Level = QidoLevel.Series, StudyUid = "2.25.77.0" }, "http://h/dicomweb", output));
        Measure("QIDO instances of a series (200)", output, () => index.WriteMatches(
            new QidoQuery { Site = "default", Level = QidoLevel.Instance, StudyUid = "2.25.77.0", SeriesUid = "2.25.77.0.1", Limit = 200 }, "http://h/dicomweb", output));
        Measure("series metadata (all slices)", output, () => index.WriteMetadata("default", "2.25.77.0", "2.25.77.0.1", null, "http://h/dicomweb", output));
        Measure("worklist, first 50", output, () => index.GetWorklist(new WorklistQuery { Sites = ["default"] }));
        Measure("one instance's row", output, () => index.GetInstance("default", "2.25.77.0", "2.25.77.0.1", Slices.Sop(0, 7)));
    }

    private static QidoQuery Studies(params QidoFilter[] filters) => new() { Site = "default", Level = QidoLevel.Study, Filters = filters };

    /// <summary>Four requests of 50 slices at once, again and again, as the design's figures were taken.</summary>
    private static async Task IngestAsync(ArchiveStore archive, int firstStudy, int files, bool warmUp)
    {
        // Made before the clock starts; four studies, a slice of its own each.
        var slices = Enumerable.Range(0, files).Select(i => Slices.File(firstStudy + (i % Senders), i / Senders, Pixels)).ToArray();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            var mine = slices.Where((_, i) => i % Senders == sender).ToArray();
            foreach (var request in mine.Chunk(PerRequest))
            {
                await using var group = archive.Ingest.Begin("default", "load");
                foreach (var slice in request)
                    await group.AddAsync(slice, default);
                await group.CommitAsync(default);
            }
        })));
        var seconds = clock.Elapsed.TotalSeconds;
        var used = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMilliseconds / files;
        if (!warmUp)
            Console.WriteLine($"ingest {files} CT slices of {slices[0].Length / 1024} kB, {Senders} x {PerRequest}: {files / seconds:F0} files/s, {used:F2} ms CPU a file");
    }

    private static async Task SmallStudiesAsync(ArchiveStore archive, int first, int studies)
    {
        var clock = Stopwatch.StartNew();
        foreach (var chunk in Enumerable.Range(first, studies).Chunk(500))
        {
            await using var group = archive.Ingest.Begin("default", "load");
            foreach (var study in chunk)
                await group.AddAsync(Slices.File(study, 1, 8), default);
            await group.CommitAsync(default);
        }

        Console.WriteLine($"ingest {studies} studies of one small slice: {studies / clock.Elapsed.TotalSeconds:F0} files/s");
    }

    private static void Measure(string what, ArrayBufferWriter<byte> output, Action action)
    {
        var times = new List<double>();
        var until = Stopwatch.StartNew();
        var bytes = 0;
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        while (until.Elapsed < TimeSpan.FromSeconds(2))
        {
            output.ResetWrittenCount();
            var start = Stopwatch.GetTimestamp();
            action();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            bytes = output.WrittenCount;
        }

        var used = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMicroseconds / times.Count;
        times.Sort();
        Console.WriteLine($"{what}: p50 {times[times.Count / 2]:F0} us, p99 {times[times.Count * 99 / 100]:F0} us, {used:F0} us CPU, {bytes / 1024} kB");
    }
}
