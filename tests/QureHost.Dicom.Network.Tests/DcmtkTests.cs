using System.Net;
using System.Net.Sockets;
using QureHost.Dicom.Network.Client;
using QureHost.Dicom.Network.UpperLayer;
using QureHost.Testing;

namespace QureHost.Dicom.Network.Tests;

/// <summary>dcmtk on the other side of the wire.</summary>
public sealed class DcmtkTests
{
    private static string Sample => Path.Combine(SharedData.RepositoryRoot, "tests", "samples", "chest-xray", "normal.dcm");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Echoscu_is_answered()
    {
        Need("echoscu");
        await using var server = new TestServer();

        var (exit, output) = await OutsideTool.RunAsync("echoscu", ["-v", "-aec", "QUREHOST", "127.0.0.1", $"{server.Port}"], Ct);

        Assert.Equal(0, exit);
        Assert.Contains("Received Echo Response (Success)", output);
    }

    [Fact]
    public async Task Echoscu_hears_why_it_is_rejected()
    {
        Need("echoscu");
        await using var server = new TestServer();

        var (exit, output) = await OutsideTool.RunAsync("echoscu", ["-v", "-aec", "NOBODY", "127.0.0.1", $"{server.Port}"], Ct);

        Assert.NotEqual(0, exit);
        Assert.Contains("Called AE Title Not Recognized", output);
    }

    [Theory]
    [InlineData("4096")]
    [InlineData("16384")]
    [InlineData("131072")]
    public async Task Storescu_delivers_the_data_set_byte_by_byte(string pduLength)
    {
        Need("storescu");
        await using var server = new TestServer();

        var (exit, output) = await OutsideTool.RunAsync("storescu", ["-v", "-R", "-xe", "-pdu", pduLength, "--max-send-pdu", pduLength, "-aec", "QUREHOST", "127.0.0.1", $"{server.Port}", Sample], Ct);

        Assert.True(exit == 0, output);
        var (_, part10) = Assert.Single(server.Sink.Stored);
        Assert.Equal(DataSetOf(File.ReadAllBytes(Sample)), DataSetOf(part10));
    }

    [Fact]
    public async Task What_is_stored_is_a_part_10_file_to_dcmtk()
    {
        Need("storescu");
        Need("dcmftest");
        await using var server = new TestServer();
        using var folder = new TemporaryFolder();

        await OutsideTool.RunAsync("storescu", ["-aec", "QUREHOST", "127.0.0.1", $"{server.Port}", Sample], Ct);
        var file = folder.At("stored.dcm");
        await File.WriteAllBytesAsync(file, Assert.Single(server.Sink.Stored).Part10, Ct);

        Assert.Equal(0, (await OutsideTool.RunAsync("dcmftest", [file], Ct)).ExitCode);
        var (exit, output) = await OutsideTool.RunAsync("dcmdump", ["+E", file, "+P", "0002,0002", "+P", "0002,0016"], Ct);
        Assert.Equal(0, exit);
        Assert.Contains("[STORESCU]", output);
        Assert.DoesNotContain("W: ", output);
    }

    [Fact]
    public async Task Every_transfer_syntax_of_the_corpus_comes_in_as_it_was_sent()
    {
        Need("storescu");
        Assert.SkipUnless(SharedData.IsPresent, SharedData.Absent);
        var corpus = SharedData.At("data", "dicom-corpus");
        await using var server = new TestServer();
        var options = new Dictionary<string, string>
        {
            ["1.2.840.10008.1.2"] = "-xi",
            ["1.2.840.10008.1.2.1"] = "-xe",
            ["1.2.840.10008.1.2.2"] = "-xb",
            ["1.2.840.10008.1.2.1.99"] = "-xd",
            ["1.2.840.10008.1.2.4.50"] = "-xy",
            ["1.2.840.10008.1.2.4.51"] = "-xx",
            ["1.2.840.10008.1.2.4.70"] = "-xs",
            ["1.2.840.10008.1.2.4.80"] = "-xt",
            ["1.2.840.10008.1.2.4.81"] = "-xu",
            ["1.2.840.10008.1.2.4.90"] = "-xv",
            ["1.2.840.10008.1.2.4.91"] = "-xw",
            ["1.2.840.10008.1.2.5"] = "-xr",
        };
        var files = File.ReadLines(Path.Combine(corpus, "MANIFEST.csv")).Skip(1).Select(l => l.Split(','))
            .Where(c => c[^6] == "ok" && options.ContainsKey(c[3]))
            .GroupBy(c => c[3]).SelectMany(g => g.Take(3).Select(c => (Syntax: g.Key, File: Path.Combine(corpus, c[0]))));
        var seen = new HashSet<string>();

        foreach (var (syntax, file) in files)
        {
            var (exit, output) = await OutsideTool.RunAsync("storescu", ["-R", options[syntax], "-aec", "QUREHOST", "127.0.0.1", $"{server.Port}", file], Ct);
            if (output.Contains("missing SOP class"))
                continue; // a file that dcmtk itself cannot read
            Assert.True(exit == 0, $"{syntax}: {output}");
            Assert.True(server.Sink.Stored.TryDequeue(out var stored));
            Assert.Equal(syntax, stored.Request.TransferSyntax);
            seen.Add(syntax);
        }

        Assert.Equal(12, seen.Count);
    }

    [Fact]
    public async Task Our_client_stores_at_storescp()
    {
        Need("storescp");
        using var folder = new TemporaryFolder();
        var port = FreePort();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var running = OutsideTool.RunAsync("storescp", ["-aet", "THEIRS", "-od", folder.Path, $"{port}"], stop.Token);
        var file = await File.ReadAllBytesAsync(Sample, Ct);
        var sopClass = DicomFile.Parse(file).Dataset.GetString(DicomTags.SOPClassUID)!;
        var dataSet = DataSetOf(file);

        try
        {
            await using (var client = await ConnectPatientlyAsync(new DimsePeer("127.0.0.1", port, "THEIRS", "OURS"), new ProposedContext(1, "1.2.840.10008.1.1", ["1.2.840.10008.1.2"]), new ProposedContext(3, sopClass, [Wire.ExplicitLittleEndian])))
            {
                Assert.Equal(0, await client.EchoAsync(Ct));
                Assert.Equal(0, (await client.StoreAsync(new MemoryStream(file), Ct)).Status);
                await client.ReleaseAsync(Ct);
            }
        }
        finally
        {
            await stop.CancelAsync(); // ends storescp, also where an assertion failed
        }

        var stored = Assert.Single(Directory.GetFiles(folder.Path));
        Assert.Equal(dataSet, DataSetOf(await File.ReadAllBytesAsync(stored, Ct)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static async Task<DimseClient> ConnectPatientlyAsync(DimsePeer peer, params ProposedContext[] contexts)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await DimseClient.ConnectAsync(peer, contexts, TimeProvider.System, Ct);
            }
            catch (ConnectionLostException) when (tries < 50)
            {
                await Task.Delay(100, Ct);
            }
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static byte[] DataSetOf(byte[] part10) => part10[(144 + BitConverter.ToInt32(part10, 140))..];

    private static void Need(string tool) => Assert.SkipUnless(OutsideTool.Find(tool) is not null, OutsideTool.Absent(tool, "dcmtk"));
}
