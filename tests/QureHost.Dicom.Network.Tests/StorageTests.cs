using QureHost.Dicom.Network.Client;
using QureHost.Dicom.Network.Services;
using QureHost.Dicom.Network.UpperLayer;

namespace QureHost.Dicom.Network.Tests;

public sealed class StorageTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stored_instance_is_a_dicom_file_with_the_data_set_as_it_was_sent()
    {
        await using var server = new TestServer();
        var dataSet = new byte[300_001 * 2];
        new Random(1).NextBytes(dataSet);

        await using var client = await server.ConnectAsync();
        var outcome = await client.StoreAsync(Wire.Ct, "1.2.3.4", Wire.ExplicitLittleEndian, new MemoryStream(dataSet), Ct);
        await client.ReleaseAsync(Ct);

        Assert.Equal(0, outcome.Status);
        var (request, part10) = Assert.Single(server.Sink.Stored);
        Assert.Equal("DICM"u8.ToArray(), part10[128..132]);
        var metaLength = BitConverter.ToInt32(part10, 140);
        Assert.Equal(dataSet, part10[(144 + metaLength)..]);
        Assert.Equal(("1.2.3.4", Wire.Ct, Wire.ExplicitLittleEndian), (request.SopInstanceUid, request.SopClassUid, request.TransferSyntax));
        Assert.Equal(("TEST", "site-a", "ISO_IR 100"), (request.Association.CallingAe, request.Association.Site, request.Association.DefaultCharset));
    }

    [Fact]
    public async Task The_answer_waits_until_the_sink_says_that_the_object_is_durable()
    {
        await using var server = new TestServer();
        var durable = new TaskCompletionSource();
        server.Sink.Before = async (_, part10) =>
        {
            await part10.CopyToAsync(Stream.Null, Ct);
            await durable.Task;
            return new StoreOutcome(0);
        };
        await using var client = await server.ConnectAsync();

        var answer = client.StoreAsync(Wire.Ct, "1.2.3", Wire.ExplicitLittleEndian, new MemoryStream(Wire.PatientId("AB")), Ct);
        await Task.Delay(200, Ct);
        Assert.False(answer.IsCompleted);
        durable.SetResult();

        Assert.Equal(0, (await answer).Status);
    }

    [Fact]
    public async Task A_sink_that_refuses_early_is_heard_and_the_association_goes_on()
    {
        await using var server = new TestServer();
        server.Sink.Before = (request, _) => new(request.SopInstanceUid == "1.1" ? new StoreOutcome(0xA700, "no room") : null);
        await using var client = await server.ConnectAsync();

        var refused = await client.StoreAsync(Wire.Ct, "1.1", Wire.ExplicitLittleEndian, new MemoryStream(new byte[1_000_000]), Ct);
        var taken = await client.StoreAsync(Wire.Ct, "1.2", Wire.ExplicitLittleEndian, new MemoryStream(new byte[100]), Ct);

        Assert.Equal(new StoreOutcome(0xA700, "no room"), refused);
        Assert.Equal(0, taken.Status);
        Assert.Equal("1.2", Assert.Single(server.Sink.Stored).Request.SopInstanceUid);
    }

    [Fact]
    public async Task A_sink_that_throws_fails_its_object_and_nothing_else()
    {
        await using var server = new TestServer();
        server.Sink.Before = (request, _) => request.SopInstanceUid == "1.1" ? throw new InvalidDataException("disk") : new((StoreOutcome?)null);
        await using var client = await server.ConnectAsync();

        Assert.Equal(0x0110, (await client.StoreAsync(Wire.Ct, "1.1", Wire.ExplicitLittleEndian, new MemoryStream(new byte[50_000]), Ct)).Status);
        Assert.Equal(0, (await client.StoreAsync(Wire.Ct, "1.2", Wire.ExplicitLittleEndian, new MemoryStream(new byte[100]), Ct)).Status);
        Assert.Contains("disk", Assert.Single(server.Log.Errors));
    }

    [Fact]
    public async Task An_instance_without_a_usable_identifier_is_refused()
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();

        var outcome = await client.StoreAsync(Wire.Ct, "../../etc/passwd", Wire.ExplicitLittleEndian, new MemoryStream(new byte[100]), Ct);

        Assert.Equal(0x0117, outcome.Status); // Invalid SOP Instance (PS3.7 §C.5.6)
        Assert.Empty(server.Sink.Stored);
    }

    [Theory]
    [InlineData(new[] { "1.2.840.10008.1.2", "1.2.840.10008.1.2.1" }, "1.2.840.10008.1.2")]
    [InlineData(new[] { "1.2.840.10008.1.2.2", "1.2.840.10008.1.2" }, "1.2.840.10008.1.2")]
    [InlineData(new[] { "1.2.840.10008.1.2.2" }, "1.2.840.10008.1.2.2")]
    [InlineData(new[] { "1.2.840.10008.1.2.4.999", "1.2.840.10008.1.2" }, "1.2.840.10008.1.2.4.999")]
    public async Task The_senders_first_transfer_syntax_is_taken_unless_it_is_big_endian(string[] proposed, string agreed)
    {
        await using var server = new TestServer();

        await using var client = await server.ConnectAsync(new ProposedContext(1, Wire.Ct, proposed));

        Assert.Equal(agreed, Assert.Single(client.Association.Info.Contexts).TransferSyntax);
    }

    [Fact]
    public async Task Storage_is_offered_for_standard_and_private_classes_and_for_nothing_else()
    {
        await using var server = new TestServer();

        await using var client = await server.ConnectAsync(
            new ProposedContext(1, "1.3.12.2.1107.5.9.1", [Wire.ExplicitLittleEndian]),
            new ProposedContext(3, "1.2.840.10008.5.1.4.1.1.104.1", [Wire.ExplicitLittleEndian]),
            new ProposedContext(5, "1.2.840.10008.5.1.4.1.2.2.1", [Wire.ExplicitLittleEndian]),
            new ProposedContext(7, "1.2.840.10008.5.1.4.1.1.2", []));

        Assert.Equal([1, 3], client.Association.Info.Contexts.Select(c => (int)c.Id));
    }

    [Fact]
    public async Task Twenty_four_associations_store_at_the_same_time()
    {
        await using var server = new TestServer();

        await Task.WhenAll(Enumerable.Range(0, 24).Select(async i =>
        {
            await using var client = await server.ConnectAsync();
            for (var n = 0; n < 5; n++)
                Assert.Equal(0, (await client.StoreAsync(Wire.Ct, $"1.{i + 1}.{n + 1}", Wire.ExplicitLittleEndian, new MemoryStream(new byte[70_000 + (2 * i)]), Ct)).Status);
            await client.ReleaseAsync(Ct);
        }));

        Assert.Equal(120, server.Sink.Stored.Select(s => s.Request.SopInstanceUid).Distinct().Count());
        Assert.All(server.Sink.Stored, s => Assert.Equal(70_000 + (2 * (int.Parse(s.Request.SopInstanceUid.Split('.')[1]) - 1)), s.Part10.Length - 144 - BitConverter.ToInt32(s.Part10, 140)));
        Assert.Empty(server.Log.Errors);
    }

    [Fact]
    public async Task A_stop_lets_a_store_in_progress_be_acknowledged()
    {
        var server = new TestServer();
        var (entered, durable) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Sink.Before = async (_, _) =>
        {
            entered.SetResult();
            await durable.Task;
            return null;
        };
        await using var client = await server.ConnectAsync();
        await using var idle = await server.ConnectAsync();
        var answer = client.StoreAsync(Wire.Ct, "1.2.3", Wire.ExplicitLittleEndian, new MemoryStream(new byte[200_000]), Ct);
        await entered.Task;

        var stop = server.Server.StopAsync();
        await Task.Delay(100, Ct);
        durable.SetResult();

        Assert.Equal(0, (await answer).Status);
        await stop.WaitAsync(TimeSpan.FromSeconds(15), Ct);
        await Assert.ThrowsAnyAsync<IOException>(() => idle.EchoAsync(Ct));
    }

    [Fact]
    public async Task Release_and_disconnection_are_told_apart()
    {
        await using var server = new TestServer();
        await using (var client = await server.ConnectAsync())
            await client.ReleaseAsync(Ct);
        await using (await server.ConnectAsync())
        {
        }

        while (server.Sink.Ended.Count < 2)
            await Task.Delay(10, Ct);
        Assert.Equal([true, false], server.Sink.Ended);
    }
}
