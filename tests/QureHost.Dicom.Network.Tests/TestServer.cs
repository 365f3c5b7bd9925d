using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using QureHost.Dicom.Network.Client;
using QureHost.Dicom.Network.Server;
using QureHost.Dicom.Network.Services;
using QureHost.Dicom.Network.UpperLayer;

namespace QureHost.Dicom.Network.Tests;

/// <summary>A server on a port of its own with a sink in memory.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public TestServer(Func<DimseServerOptions, DimseServerOptions>? configure = null, IAssociationPolicy? policy = null)
    {
        var options = new DimseServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) };
        Server = new DimseServer(
            configure?.Invoke(options) ?? options,
            policy ?? new TestPolicy(),
            [new VerificationService(), new StorageService(Sink, Log.For<StorageService>())],
            TimeProvider.System,
            Log.For<DimseServer>());
        Server.Start();
    }

    public DimseServer Server { get; }

    public MemorySink Sink { get; } = new();

    public ErrorLog Log { get; } = new();

    public int Port => Server.EndPoint.Port;

    public Task<DimseClient> ConnectAsync(params ProposedContext[] contexts) => ConnectAsync(new DimsePeer("127.0.0.1", Port, "QUREHOST", "TEST"), contexts);

    public Task<DimseClient> ConnectAsync(DimsePeer peer, params ProposedContext[] contexts) =>
        DimseClient.ConnectAsync(peer, contexts.Length > 0 ? contexts : [Wire.Echo, Wire.CtExplicit], TimeProvider.System, TestContext.Current.CancellationToken);

    public async Task<bool> AnswersEchoAsync()
    {
        await using var client = await ConnectAsync();
        var status = await client.EchoAsync(TestContext.Current.CancellationToken);
        await client.ReleaseAsync(TestContext.Current.CancellationToken);
        return status == 0;
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>Accepts the called AE title QUREHOST from anybody but REFUSED; LIMITED may have one association.</summary>
internal sealed class TestPolicy : IAssociationPolicy
{
    public ValueTask<AssociationDecision> DecideAsync(AssociationPeer peer, CancellationToken ct) => new(peer switch
    {
        { CalledAe: not "QUREHOST" } => new AssociationDecision.Refuse(AssociateReject.CalledAeNotRecognized),
        { CallingAe: "REFUSED" } => new AssociationDecision.Refuse(AssociateReject.CallingAeNotRecognized),
        { CallingAe: "LIMITED" } => new AssociationDecision.Accept("site-a", MaxAssociations: 1),
        _ => new AssociationDecision.Accept("site-a", "ISO_IR 100"),
    });
}

/// <summary>Keeps what it gets; a hook runs before the answer.</summary>
internal sealed class MemorySink : IStoreSink
{
    public ConcurrentQueue<(StoreRequest Request, byte[] Part10)> Stored { get; } = new();

    public ConcurrentQueue<bool> Ended { get; } = new();

    public Func<StoreRequest, Stream, ValueTask<StoreOutcome?>>? Before { get; set; }

    public async ValueTask<StoreOutcome> StoreAsync(StoreRequest request, Stream part10, CancellationToken ct)
    {
        if (Before is not null && await Before(request, part10) is { } outcome)
            return outcome;
        using var memory = new MemoryStream();
        await part10.CopyToAsync(memory, ct);
        Stored.Enqueue((request, memory.ToArray()));
        return new StoreOutcome(0);
    }

    public ValueTask AssociationEndedAsync(AssociationInfo association, bool released)
    {
        Ended.Enqueue(released);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Collects log lines of level Error and above: in these tests each is a defect.</summary>
internal sealed class ErrorLog
{
    public ConcurrentQueue<string> Errors { get; } = new();

    public ILogger<T> For<T>() => new Logger<T>(Errors);

    private sealed class Logger<T>(ConcurrentQueue<string> errors) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = $"{formatter(state, exception)} {exception}";
            if (logLevel >= LogLevel.Error)
                errors.Enqueue(line);
        }
    }
}
