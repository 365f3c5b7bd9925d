using System.Net;
using System.Net.Sockets;
using QureHost.Dicom.Network.Client;
using QureHost.Dicom.Network.Server;
using QureHost.Dicom.Network.Services;
using QureHost.Dicom.Network.UpperLayer;

namespace QureHost.Dicom.Network.Tests;

public sealed class HostilePeerTests
{
    private static readonly byte[] DataSet = Wire.PatientId("AB12");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_conversation_cut_at_any_byte_stores_all_or_nothing_and_ends_promptly()
    {
        await using var server = new TestServer();
        var whole = Wire.WholeStore("1.2.3", DataSet);
        var complete = whole.Length - Wire.Release().Length;

        for (var cut = 0; cut <= whole.Length; cut++)
        {
            var answer = await Wire.TalkAsync(server.Port, whole.AsMemory(0, cut));
            var expected = cut switch
            {
                _ when cut < Wire.Associate().Length => 0,
                _ when cut < complete => 1, // accept
                _ when cut < whole.Length => 2, // accept, response
                _ => 3, // accept, response, release reply
            };
            Assert.Equal(expected, Wire.PduTypes(answer).Count(t => t != 7));
            Assert.Equal(cut >= complete ? 1 : 0, server.Sink.Stored.Count);
            server.Sink.Stored.Clear();
        }

        Assert.Empty(server.Log.Errors);
        Assert.Equal(0, server.Server.Associations);
    }

    [Fact]
    public async Task Damaged_conversations_end_without_harm()
    {
        await using var server = new TestServer();
        var random = new Random(20261125);

        for (var round = 0; round < 300; round++)
        {
            var bytes = Wire.WholeStore("1.2.3", DataSet);
            for (var hits = random.Next(1, 6); hits > 0; hits--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            await Wire.TalkAsync(server.Port, bytes);
        }

        Assert.Empty(server.Log.Errors);
        Assert.True(await server.AnswersEchoAsync());
    }

    [Fact]
    public async Task Garbage_is_answered_by_an_abort_for_an_unrecognized_pdu()
    {
        await using var server = new TestServer();
        var garbage = new byte[200_000];
        new Random(3).NextBytes(garbage);
        garbage[0] = 0x47; // GET / HTTP/1.1

        var answer = await Wire.TalkAsync(server.Port, garbage);

        Assert.True(answer.Length == 0 || answer.AsSpan().SequenceEqual(new byte[] { 7, 0, 0, 0, 0, 4, 0, 0, 2, 1 }));
        Assert.True(await server.AnswersEchoAsync());
    }

    public static TheoryData<string, byte[], int> Breaches => new()
    {
        { "data before an association", Wire.Data(1, 3, [0]), 2 },
        { "a request announced as 4 GiB", Wire.Pdu(1, [0, 1, 0, 0], uint.MaxValue), 6 },
        { "a request without contexts", AssociateWriter.Request(Wire.Request() with { Contexts = [] }), 6 },
        { "a context id that is even", AssociateWriter.Request(Wire.Request() with { Contexts = [new ProposedContext(2, Wire.Ct, [Wire.ExplicitLittleEndian])] }), 6 },
        { "a second request", [.. Wire.Associate(), .. Wire.Associate()], 2 },
        { "an unknown PDU", [.. Wire.Associate(), .. Wire.Pdu(9, [0, 0, 0, 0])], 1 },
        { "a value longer than its PDU", [.. Wire.Associate(), .. Wire.Data(3, 3, [0, 0], 0x7FFFFFFF)], 6 },
        { "a value of length 1", [.. Wire.Associate(), .. Wire.Data(3, 3, [0, 0], 1)], 6 },
        { "a context that was not agreed", [.. Wire.Associate(), .. Wire.Data(77, 3, Wire.StoreCommand("1.2"))], 6 },
        { "a data set without a command", [.. Wire.Associate(), .. Wire.Data(3, 2, [0, 0])], 2 },
        { "a command that is none", [.. Wire.Associate(), .. Wire.Data(3, 3, [1, 2, 3, 4, 5, 6, 7, 8, 9])], 6 },
        { "a command inside a data set", [.. Wire.Associate(), .. Wire.Data(3, 3, Wire.StoreCommand("1.2")), .. Wire.Data(3, 3, Wire.StoreCommand("1.3"))], 2 },
        { "a release inside a data set", [.. Wire.Associate(), .. Wire.Data(3, 3, Wire.StoreCommand("1.2")), .. Wire.Release()], 2 },
        { "a command without an end", [.. Wire.Associate(), .. Enumerable.Repeat(Wire.Data(3, 1, new byte[8000]), 9).SelectMany(b => b)], 6 },
    };

    [Theory]
    [MemberData(nameof(Breaches))]
    public async Task A_breach_of_the_protocol_is_aborted_with_its_reason(string breach, byte[] bytes, int reason)
    {
        await using var server = new TestServer();

        var answer = await Wire.TalkAsync(server.Port, bytes, closeAfter: false);

        Assert.True(answer.Length >= 10, breach);
        Assert.Equal(new byte[] { 7, 0, 0, 0, 0, 4, 0, 0, 2, (byte)reason }, answer[^10..]);
        Assert.Empty(server.Sink.Stored);
        Assert.Empty(server.Log.Errors);
    }

    [Fact]
    public async Task A_value_announced_as_two_gigabytes_costs_no_memory()
    {
        await using var server = new TestServer();
        server.Sink.Before = async (_, part10) =>
        {
            await part10.CopyToAsync(Stream.Null, Ct);
            return new StoreOutcome(0);
        };
        byte[] bytes = [.. Wire.Associate(), .. Wire.Data(3, 3, Wire.StoreCommand("1.2")), .. Wire.Pdu(4, [0x7F, 0xFF, 0xFF, 0xF0, 3, 2, 1, 2, 3, 4], 0x7FFFFFF4)];
        await Wire.TalkAsync(server.Port, bytes);

        var before = GC.GetTotalAllocatedBytes(precise: true);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Wire.TalkAsync(server.Port, bytes)));

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 20 * 1024 * 1024);
    }

    [Fact]
    public async Task Idle_connections_hold_up_nobody_and_end_with_the_artim_timer()
    {
        await using var server = new TestServer(o => o with { Limits = new AssociationLimits { Artim = TimeSpan.FromSeconds(3) } });
        var idle = new Socket[100];
        for (var i = 0; i < idle.Length; i++)
        {
            idle[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await idle[i].ConnectAsync(IPAddress.Loopback, server.Port, Ct);
            await idle[i].SendAsync(new byte[] { 1, 0 }, SocketFlags.None, Ct);
        }

        Assert.True(await server.AnswersEchoAsync().WaitAsync(TimeSpan.FromSeconds(10), Ct));
        foreach (var socket in idle)
        {
            Assert.Equal(0, await socket.ReceiveAsync(new byte[16], SocketFlags.None, Ct).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Ct));
            socket.Dispose();
        }
    }

    [Fact]
    public async Task A_request_that_drips_in_does_not_outlive_the_artim_timer()
    {
        await using var server = new TestServer(o => o with { Limits = new AssociationLimits { Artim = TimeSpan.FromMilliseconds(500) } });
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, Ct);
        var closed = socket.ReceiveAsync(new byte[16], SocketFlags.None, Ct).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Ct);

        foreach (var b in Wire.Associate().Take(100))
        {
            if (closed.IsCompleted)
                break;
            try
            {
                await socket.SendAsync(new[] { b }, SocketFlags.None, Ct);
            }
            catch (SocketException)
            {
                break;
            }

            await Task.Delay(20, Ct);
        }

        await Task.WhenAny(closed);
        Assert.True(closed.IsFaulted || await closed == 0);
    }

    [Fact]
    public async Task A_silent_association_is_aborted_and_gives_its_place_back()
    {
        await using var server = new TestServer(o => o with { MaxAssociations = 1, Limits = new AssociationLimits { Idle = TimeSpan.FromSeconds(3) } });
        await using var silent = await server.ConnectAsync();
        await Assert.ThrowsAsync<AssociationRejectedException>(() => server.ConnectAsync());

        for (var waited = 0; server.Server.Associations > 0 && waited < 20_000; waited += 20)
            await Task.Delay(20, Ct);

        Assert.True(await server.AnswersEchoAsync());
        await Assert.ThrowsAnyAsync<AssociationException>(() => silent.EchoAsync(Ct));
    }

    [Fact]
    public async Task The_oldest_connection_without_an_association_goes_when_there_are_too_many()
    {
        await using var server = new TestServer(o => o with { MaxLooseConnections = 3 });
        var sockets = new List<Socket>();
        for (var i = 0; i < 4; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, server.Port, Ct);
            await Task.Delay(50, Ct);
            sockets.Add(socket);
        }

        Assert.True(sockets[0].Poll(TimeSpan.FromSeconds(5), SelectMode.SelectRead)); // closed or reset
        Assert.False(sockets[1].Poll(0, SelectMode.SelectRead));
        Assert.True(await server.AnswersEchoAsync());
        sockets.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task Rejections_name_their_reason()
    {
        await using var server = new TestServer(o => o with { MaxAssociationsPerAddress = 2 });
        DimsePeer Peer(string called, string calling) => new("127.0.0.1", server.Port, called, calling);
        async Task<AssociateReject> RejectAsync(DimsePeer peer) => (await Assert.ThrowsAsync<AssociationRejectedException>(() => server.ConnectAsync(peer))).Reject;

        Assert.Equal(AssociateReject.CalledAeNotRecognized, await RejectAsync(Peer("NOBODY", "TEST")));
        Assert.Equal(AssociateReject.CallingAeNotRecognized, await RejectAsync(Peer("QUREHOST", "REFUSED")));
        await using var one = await server.ConnectAsync(Peer("QUREHOST", "LIMITED"));
        Assert.Equal(AssociateReject.LocalLimitExceeded, await RejectAsync(Peer("QUREHOST", "LIMITED")));
        await using var two = await server.ConnectAsync(Peer("QUREHOST", "OTHER"));
        Assert.Equal(AssociateReject.LocalLimitExceeded, await RejectAsync(Peer("QUREHOST", "THIRD")));
        Assert.Equal([3, 0, 0, 0, 0, 4, 0, 1, 1, 2], await Wire.TalkAsync(server.Port, AssociateWriter.Request(Wire.Request() with { ApplicationContext = "1.2.3" })));
        byte[] future = Wire.Associate();
        future[7] = 2;
        Assert.Equal([3, 0, 0, 0, 0, 4, 0, 1, 2, 2], await Wire.TalkAsync(server.Port, future));
    }

    [Fact]
    public async Task A_calling_title_that_is_no_title_does_not_reach_the_file()
    {
        await using var server = new TestServer();
        byte[] bytes = [.. AssociateWriter.Request(Wire.Request("A\\B\u0001\u00E9")), .. Wire.Data(3, 3, Wire.StoreCommand("1.2.3")), .. Wire.Data(3, 2, DataSet), .. Wire.Release()];

        await Wire.TalkAsync(server.Port, bytes);

        var (_, part10) = Assert.Single(server.Sink.Stored);
        Assert.Null(DicomFile.Parse(part10).Meta.GetString(DicomTags.SourceApplicationEntityTitle));
        Assert.Equal("AB12", DicomFile.Parse(part10).Dataset.GetString(DicomTags.PatientID));
    }
}
