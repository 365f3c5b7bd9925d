using QureHost.Testing;

namespace QureHost.Processes.Tests;

public sealed class ChildProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_child_connects_and_answers()
    {
        await using var child = await Child.StartAsync(Child.Options(_folder, "echo"));

        await child.Channel.SendAsync("hello"u8.ToArray(), CancellationToken.None);

        Assert.Equal("hello", await child.HearAsync());
        Assert.InRange(child.ResidentBytes, 1 << 20, 200 << 20);
    }

    [Fact]
    public async Task A_child_sees_nothing_of_the_hosts_environment_and_starts_in_its_own_folder()
    {
        Environment.SetEnvironmentVariable("QUREHOST_SECRET_OF_A_TEST", "secret");
        await using var child = await Child.StartAsync(Child.Options(_folder, "tells") with { Environment = new Dictionary<string, string> { ["GIVEN"] = "1" } });

        var environment = (await child.HearAsync()).Split(' ')[1..];

        Assert.Contains("GIVEN", environment);
        Assert.DoesNotContain("PATH", environment);
        Assert.DoesNotContain(environment, v => v.StartsWith("QUREHOST", StringComparison.Ordinal)); // the token neither
        Assert.Equal($"folder {_folder.Path}", await child.HearAsync());
    }

    [Fact]
    public async Task A_child_that_ends_before_it_connects_is_told_with_its_last_lines()
    {
        var error = await Assert.ThrowsAsync<ChildStartException>(() => Child.StartAsync(Child.Options(_folder, "ends-early")));

        Assert.Contains("code 7", error.Message);
        Assert.Contains("the model folder is missing", error.Message);
    }

    [Fact]
    public async Task A_child_that_never_connects_is_ended_after_its_time()
    {
        var error = await Assert.ThrowsAsync<ChildStartException>(() => Child.StartAsync(Child.Options(_folder, "silent") with { ConnectTimeout = TimeSpan.FromSeconds(1) }));

        Assert.Contains("did not connect within 1 s", error.Message);
    }

    [Fact]
    public async Task One_who_does_not_know_the_token_is_not_taken_for_the_child()
    {
        var error = await Assert.ThrowsAsync<ChildStartException>(() => Child.StartAsync(Child.Options(_folder, "impostor")));

        Assert.Contains("ended before it connected", error.Message);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_a_clear_error()
    {
        var options = Child.Options(_folder, "echo") with { FileName = _folder.At("no-such-program") };

        await Assert.ThrowsAsync<ChildStartException>(() => Child.StartAsync(options));
    }

    [Theory]
    [InlineData("exit", "code 5")]
    [InlineData("thread-exception", "aborted (signal 6)")]
    [InlineData("stack-overflow", "aborted (signal 6)")]
    [InlineData("native-write", "signal")]
    public async Task How_a_child_ended_is_told_in_words(string kind, string words)
    {
        await using var child = await Child.StartAsync(Child.Options(_folder, kind, "5"));

        var exit = await child.Exited.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Contains(words, exit.Reason);
        Assert.False(exit.OverMemory);
    }

    [Fact]
    public async Task A_native_memory_hog_is_ended_for_its_memory()
    {
        await using var child = await Child.StartAsync(Child.Options(_folder, "hog") with { MemoryBytes = 200 << 20 });

        var exit = await child.Exited.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.True(exit.OverMemory);
        Assert.Contains("more memory than it may", exit.Reason);
    }

    [Fact]
    public async Task A_native_memory_hog_under_a_data_limit_fails_by_itself()
    {
        var options = Child.Options(_folder, "hog") with { Confinement = new Confinement(DataBytes: 600 << 20) };
        await using var child = await Child.StartAsync(options);

        var exit = await child.Exited.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.False(exit.OverMemory);
        Assert.Contains("Out of memory", exit.LastLines);
    }

    [Fact]
    public async Task A_managed_memory_hog_gets_an_exception_and_lives()
    {
        await using var child = await Child.StartAsync(Child.Options(_folder, "managed-hog") with { MemoryBytes = 300 << 20 });

        Assert.Equal("out of memory", await child.HearAsync());
        Assert.False(child.Exited.IsCompleted);
    }

    [Theory]
    [InlineData("half-a-frame")]
    [InlineData("garbage")]
    public async Task What_is_no_frame_is_a_typed_error(string kind)
    {
        await using var child = await Child.StartAsync(Child.Options(_folder, kind));

        await Assert.ThrowsAsync<FrameException>(async () => await child.Channel.ReceiveAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_child_that_writes_much_is_never_blocked_and_its_last_lines_are_kept()
    {
        await using var child = await Child.StartAsync(Child.Options(_folder, "chatter"));

        var exit = await child.Exited.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(0, exit.Code);
        Assert.EndsWith("line 199999 of much", exit.LastLines);
        Assert.InRange(exit.LastLines.Length, 100, 8 << 10);
    }

    [Fact]
    public async Task A_killed_child_takes_what_it_started_with_it()
    {
        var child = await Child.StartAsync(Child.Options(_folder, "grandchild") with { Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" } });
        var grandchild = int.Parse(await child.HearAsync(), System.Globalization.CultureInfo.InvariantCulture);

        await child.DisposeAsync();

        Assert.True((await child.Exited).Killed);
        Assert.True(await Child.IsGoneAsync(child.Id));
        Assert.True(await Child.IsGoneAsync(grandchild));
    }

    [Fact]
    public async Task Twenty_children_leave_no_process_and_no_folder_behind()
    {
        var before = Directory.GetDirectories(Path.GetTempPath(), "qurehost-??????");
        var ids = new List<int>();
        for (var round = 0; round < 5; round++)
        {
            var children = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Child.StartAsync(Child.Options(_folder, "echo"))));
            ids.AddRange(children.Select(c => c.Id));
            foreach (var child in children)
            {
                await child.DisposeAsync();
            }
        }

        Assert.All(ids, id => Assert.False(Directory.Exists($"/proc/{id}")));
        Assert.DoesNotContain(Directory.GetDirectories(Path.GetTempPath(), "qurehost-??????").Except(before), d => File.Exists(Path.Combine(d, "s")));
    }
}
