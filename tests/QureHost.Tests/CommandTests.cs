using QureHost.Archive;
using QureHost.Commands;
using QureHost.Testing;

namespace QureHost.Tests;

/// <summary>The command line, called as a user calls it.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task Import_sends_samples_to_the_host_it_is_told()
    {
        await using var host = await TestHost.StartAsync();
        var samples = Directory.GetFiles(Path.Combine(SharedData.RepositoryRoot, "tests", "samples", "chest-xray"), "*.dcm");

        var status = await ImportCommand.Create().Parse([.. samples, "--host", host.Address.ToString()]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(0, status);
        Assert.Equal(3, host.Archive.Index.Count(new QidoQuery { Site = ArchiveStore.DefaultSite, Level = QidoLevel.Study }, cap: 10));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("ftp://localhost")]
    [InlineData("")]
    public void An_address_that_is_none_is_named_in_the_error(string address)
    {
        var parsed = ImportCommand.Create().Parse(["file", "--host", address]);

        Assert.Contains(parsed.Errors, e => e.Message.Contains("http://127.0.0.1:5000", StringComparison.Ordinal));
    }
}
