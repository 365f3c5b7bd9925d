using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using QureHost.Sdk;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace Misbehaving;

/// <summary>Throws on a thread of its own, where nobody can catch it.</summary>
public sealed class ThreadThrows : IProduct
{
    public async ValueTask RunAsync(IRun run, CancellationToken ct)
    {
        new Thread(() => throw new InvalidOperationException("on a thread of its own")).Start();
        await Task.Delay(Timeout.Infinite, ct);
    }
}

/// <summary>Calls itself until the stack is full.</summary>
public sealed class Overflows : IProduct
{
    public ValueTask RunAsync(IRun run, CancellationToken ct)
    {
        _ = Deeper(1);
        return ValueTask.CompletedTask;
    }

    private static int Deeper(int n) => n < 0 ? 0 : Deeper(n + 1) + Deeper(n + 2);
}

/// <summary>Ends the process as if all were well.</summary>
public sealed class Exits : IProduct
{
    public ValueTask RunAsync(IRun run, CancellationToken ct)
    {
        Environment.Exit(0);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Native code writes to address 0.</summary>
public sealed class WritesNull : IProduct
{
    public ValueTask RunAsync(IRun run, CancellationToken ct)
    {
        memset(0, 1, 16);
        return ValueTask.CompletedTask;
    }

    [DllImport("libc")]
    private static extern nint memset(nint target, int value, nint count);
}

/// <summary>Takes native memory until it is stopped; the collector's own limit does not see it.</summary>
public sealed class Hogs : IProduct
{
    public ValueTask RunAsync(IRun run, CancellationToken ct)
    {
        const int step = 8 << 20;
        while (true)
        {
            var taken = Marshal.AllocHGlobal(step);
            for (var i = 0; i < step; i += 4096)
            {
                Marshal.WriteByte(taken, i, 1);
            }
        }
    }
}

/// <summary>Never returns, and does not listen when it is told to stop.</summary>
public sealed class NeverAnswers : IProduct
{
    public async ValueTask RunAsync(IRun run, CancellationToken ct) => await Task.Delay(Timeout.Infinite, CancellationToken.None);
}

/// <summary>Finds the process's connection to its host and writes to it itself.</summary>
public abstract class WritesToTheSocket : IProduct
{
    public async ValueTask RunAsync(IRun run, CancellationToken ct)
    {
        var bytes = Bytes(run);
        foreach (var entry in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            if (new FileInfo(entry).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true)
            {
                _ = write(int.Parse(Path.GetFileName(entry), System.Globalization.CultureInfo.InvariantCulture), bytes, bytes.Length);
            }
        }

        await Task.Delay(Timeout.Infinite, ct);
    }

    protected static byte[] Frame(string json)
    {
        var text = Encoding.UTF8.GetBytes(json);
        var frame = new byte[4 + text.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)text.Length);
        text.CopyTo(frame, 4);
        return frame;
    }

    protected abstract byte[] Bytes(IRun run);

    [DllImport("libc")]
    private static extern nint write(int file, byte[] bytes, nint count);
}

/// <summary>What is no frame: a length of 4 GB.</summary>
public sealed class Garbles : WritesToTheSocket
{
    protected override byte[] Bytes(IRun run) => [.. Enumerable.Repeat((byte)0xFF, 4096)];
}

/// <summary>What is a frame and no message.</summary>
public sealed class Babbles : WritesToTheSocket
{
    protected override byte[] Bytes(IRun run) => Frame("""{"type":"publish","result":{"kind":"finding","id":[1,2]}}""");
}

/// <summary>Publishes for a run that it was not given.</summary>
public sealed class Impersonates : WritesToTheSocket
{
    protected override byte[] Bytes(IRun run) =>
        Frame("""{"type":"publish","id":9000000,"run":"another","result":{"kind":"gate","id":"g","status":"Ok","reasons":[],"final":true}}""");
}

/// <summary>Publishes about an image of another study.</summary>
public sealed class MistakesTheStudy : IProduct
{
    public ValueTask RunAsync(IRun run, CancellationToken ct) =>
        run.PublishAsync(new Finding { Id = "f", Name = "cardiomegaly", Presence = Presence.Present, Images = [new ImageRef("1.2.3.4.5")] }, ct);
}

/// <summary>Takes its process down on the patient POISON, and takes a second on any other.</summary>
public sealed class Poisoned : IProduct
{
    public async ValueTask RunAsync(IRun run, CancellationToken ct)
    {
        var isPoison = run.Study.Tags.Text(TagNumbers.PatientId)?.StartsWith("POISON", StringComparison.Ordinal) == true;
        for (var i = 0; i < 12; i++)
        {
            await run.CheckpointAsync(i / 12.0, "reading", ct);
            await Task.Delay(100, ct);
            if (isPoison && i == 5)
            {
                Environment.FailFast("poison");
            }
        }

        await run.PublishAsync(new Gate { Id = "gate", Status = GateStatus.Ok, Reasons = [$"{run.Info.Version} in {Environment.ProcessId}"] }, ct);
    }
}

/// <summary>Tells what it can see of the machine: its environment, its user, its folder.</summary>
public sealed class LooksAround : IProduct
{
    public async ValueTask RunAsync(IRun run, CancellationToken ct)
    {
        var names = Environment.GetEnvironmentVariables().Keys.Cast<string>().Order(StringComparer.Ordinal);
        await run.PublishAsync(new ReportText { Id = "environment", Section = "findings", Text = string.Join(' ', names) }, ct);
        await run.PublishAsync(new ReportText { Id = "folder", Section = "findings", Text = Environment.CurrentDirectory }, ct);
        var opened = "";
        foreach (var path in run.Settings<Wanted>().Paths)
        {
            try
            {
                using var file = File.OpenRead(path);
                opened += path + " ";
            }
            catch (Exception e) when (e is UnauthorizedAccessException or IOException)
            {
                // As it should be.
            }
        }

        await run.PublishAsync(new ReportText { Id = "opened", Section = "findings", Text = $"[{opened.Trim()}] as user {geteuid()}" }, ct);
    }

    [DllImport("libc")]
    private static extern uint geteuid();

    public sealed class Wanted
    {
        public string[] Paths { get; set; } = [];
    }
}

/// <summary>Uses all of the contract once: attributes, a volume, masks, priors, reports, a stored stream, a withdrawal.</summary>
public sealed class UsesEverything : IProduct
{
    public async ValueTask RunAsync(IRun run, CancellationToken ct)
    {
        var facts = new List<string>();
        await foreach (var change in run.Study.WatchAsync(ct))
        {
            facts.Add(change.GetType().Name);
        }

        var series = run.Study.Series[0];
        var sop = series.SopUids[0];
        var tags = series.TagsOf(sop);
        facts.Add($"{series.Modality} {tags.Text(TagNumbers.PatientId)} {tags.Number(TagNumbers.Rows)} {run.Study.Tags.Text(TagNumbers.StudyInstanceUid)}");
        using (var slice = await series.SliceAsync(sop, 0, PixelKind.Measured, ct))
        {
            facts.Add($"{slice.Rows}x{slice.Columns} {Sum(slice.Samples.Span)}");
            var mask = new byte[16 * 16];
            mask[5] = 1;
            await run.PublishAsync(new Finding { Id = "f", Name = "cardiomegaly", Presence = Presence.Present, Images = [new ImageRef(sop)] }, ct);
            await run.PublishAsync(new Mask { Id = "m", Of = "f", Form = MaskForm.Labelmap, Images = [new ImageRef(sop)], Rows = 16, Columns = 16, Segments = ["cardiomegaly"], Data = mask }, ct);
        }

        await using (var stream = await series.Part10Async(sop, ct))
        {
            var head = new byte[132];
            await stream.ReadExactlyAsync(head, ct);
            facts.Add($"{Encoding.ASCII.GetString(head, 128, 4)} {stream.Length}");
        }

        await foreach (var prior in run.Study.PriorsAsync(ct))
        {
            facts.Add($"prior {prior.Uid} {prior.Series[0].SopUids.Count}");
        }

        await foreach (var report in run.Study.ReportsAsync(ct))
        {
            facts.Add($"report {report.Text}");
        }

        try
        {
            await series.SliceAsync("1.2.3", 0, PixelKind.Measured, ct);
        }
        catch (PixelsUnavailableException)
        {
            facts.Add("no pixels of an unknown instance");
        }

        await run.PublishAsync(new Gate { Id = "withdrawn", Status = GateStatus.Ok }, ct);
        await run.WithdrawAsync("withdrawn", "a trial", ct);
        await run.PublishAsync(new ReportText { Id = "facts", Section = "findings", Text = string.Join('|', facts) }, ct);
    }

    private static long Sum(ReadOnlySpan<short> samples)
    {
        long sum = 0;
        foreach (var sample in samples)
        {
            sum += sample;
        }

        return sum;
    }
}
