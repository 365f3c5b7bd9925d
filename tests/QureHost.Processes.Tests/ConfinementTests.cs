using QureHost.Testing;

namespace QureHost.Processes.Tests;

public sealed class ConfinementTests : IDisposable
{
    private const int Uid = 61_300;
    private const int Gid = 61_299;
    private static readonly Confinement OwnUser = new(Uid, Gid);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_thread_of_a_child_is_kept_from_new_privileges_and_writes_no_core_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has the means");
        await using var child = await Child.StartAsync(Child.Options(_folder, "tells") with { Confinement = new Confinement(OpenFiles: 333) });
        var told = await TellAsync(child);

        var threads = told.Where(t => t.StartsWith("thread", StringComparison.Ordinal)).ToArray();

        Assert.True(threads.Length > 3);
        Assert.All(threads, t => Assert.Contains("NoNewPrivs:1", t));
        Assert.Contains("limits 0 333", told);
        Assert.Contains("no new privileges", child.Confined);
    }

    [Fact]
    public async Task Every_thread_of_a_child_runs_as_its_own_user_in_no_other_group()
    {
        SkipUnlessRoot();
        await using var child = await Child.StartAsync(Child.Options(_folder, "tells") with { Confinement = OwnUser });

        var threads = (await TellAsync(child)).Where(t => t.StartsWith("thread", StringComparison.Ordinal)).ToArray();

        Assert.True(threads.Length > 3);
        Assert.All(threads, t => Assert.Contains($"Uid:{Uid},{Uid},{Uid},{Uid} Gid:{Gid},{Gid},{Gid},{Gid} Groups: ", t));
    }

    [Fact]
    public async Task A_child_of_its_own_user_reads_the_block_it_was_told_and_may_not_write_or_list()
    {
        SkipUnlessRoot();
        using var memory = new SharedMemory(Path.Combine(Path.GetTempPath(), $"qurehost-blocks-{Environment.ProcessId}"), 1 << 20, Gid);
        using var block = memory.Rent(10_000);
        block.Memory.Span.Fill(2);
        var length = block.Length.ToString(System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal("20000", await AskAsync(OwnUser, "reads", block.Path, length));
        Assert.Contains("denied", await AskAsync(OwnUser, "writes", block.Path, length));
        Assert.Equal("not allowed", await AskAsync(OwnUser, "lists", Path.GetDirectoryName(block.Path)!));
        using var open = memory.Rent(10_000, workersMayWrite: true);
        Assert.Equal("written", await AskAsync(OwnUser, "writes", open.Path, length));
        var written = new byte[10_000];
        open.CopyTo(written);
        Assert.All(written, b => Assert.Equal(3, b));
    }

    [Fact]
    public async Task A_child_whose_user_could_not_read_its_program_is_refused_before_it_starts()
    {
        SkipUnlessRoot();
        var hidden = Directory.CreateDirectory(_folder.At("hidden")).FullName; // below a folder of mode 0700
        var options = Child.Options(_folder, "echo") with { Confinement = OwnUser, Arguments = [Path.Combine(hidden, "plugin.dll")] };

        var error = await Assert.ThrowsAsync<ChildStartException>(() => Child.StartAsync(options));

        Assert.Contains($"User {Uid} may not enter {_folder.Path}", error.Message);
    }

    [Fact]
    public async Task A_child_ends_with_its_host()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has the means");
        await using var host = await Child.StartAsync(Child.Options(_folder, "host", _folder.Path));
        var child = int.Parse(await host.HearAsync(), System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(Directory.Exists($"/proc/{child}"));

        using (var process = System.Diagnostics.Process.GetProcessById(host.Id))
        {
            process.Kill(); // itself alone, not its group
        }

        Assert.True(await Child.IsGoneAsync(child));
    }

    private static void SkipUnlessRoot() => Assert.SkipUnless(Confinement.CanChangeUser, "only root on Linux can give a process a user of its own");

    private static async Task<List<string>> TellAsync(ChildProcess child)
    {
        var told = new List<string>();
        while (await child.HearAsync() is var line && line != "end")
        {
            told.Add(line);
        }

        return told;
    }

    private async Task<string> AskAsync(Confinement confinement, params string[] arguments)
    {
        await using var child = await Child.StartAsync(Child.Options(_folder, arguments) with { Confinement = confinement });
        return await child.HearAsync();
    }
}
