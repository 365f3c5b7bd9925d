using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace QureHost.Processes;

/// <summary>
/// A child process with a channel to it. It is watched: over its memory limit it is ended, and its end is told. With it
/// go the processes that it started itself, as far as they stayed in its group.
/// </summary>
public sealed partial class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan MemoryInterval = TimeSpan.FromMilliseconds(250);
    private readonly ChildOptions _options;
    private readonly Process _process;
    private readonly ILogger _logger;
    private readonly ChildOutput _errors;
    private readonly ITimer _watch;
    private volatile bool _overMemory;
    private volatile bool _killed;

    private ChildProcess(ChildOptions options, Process process, TimeProvider time, ILogger logger)
    {
        (_options, _process, _logger, Id) = (options, process, logger, process.Id);
        _errors = new ChildOutput(process.StandardError.BaseStream);
        _ = new ChildOutput(process.StandardOutput.BaseStream);
        process.StandardInput.Close();
        Exited = WatchEndAsync();
        _watch = time.CreateTimer(_ => CheckMemory(), null, MemoryInterval, MemoryInterval);
    }

    /// <summary>Its process id.</summary>
    public int Id { get; }

    /// <summary>Messages to and from it.</summary>
    public FrameChannel Channel { get; private set; } = null!;

    /// <summary>What it said that it has given up: see <see cref="Confinement"/>.</summary>
    public string Confined { get; private set; } = "";

    /// <summary>Done when it has ended.</summary>
    public Task<ChildExit> Exited { get; }

    /// <summary>Memory of its own, without what it shares.</summary>
    public long ResidentBytes => Exited.IsCompleted ? 0 : ChildMemory.PrivateBytes(_process);

    /// <summary>Starts a child and waits until it has connected, proved who it is, and confined itself.</summary>
    /// <exception cref="ChildStartException">It could not be started, ended, or did not connect in time.</exception>
    public static async Task<ChildProcess> StartAsync(ChildOptions options, TimeProvider time, ILogger logger, CancellationToken ct)
    {
        if (options.Confinement.WhyNot(FoldersOf(options)) is { } reason)
        {
            throw new ChildStartException($"{options.Name} cannot be started with a user of its own: {reason}");
        }

        using var listener = new ChildListener();
        var token = RandomNumberGenerator.GetHexString(32, lowercase: true);
        ChildProcess? child = null;
        try
        {
            child = new ChildProcess(options, await ChildStarter.StartAsync(StartInfo(options, listener.Address, token)).ConfigureAwait(false), time, logger);
            await child.ConnectAsync(listener, token, time, ct).ConfigureAwait(false);
            LogStarted(logger, options.Name, child.Id, child.Confined);
            return child;
        }
        catch (Exception e)
        {
            if (child is not null)
            {
                await child.DisposeAsync().ConfigureAwait(false);
            }

            throw e is OperationCanceledException && ct.IsCancellationRequested || e is ChildStartException
                ? e
                : new ChildStartException($"{options.Name} could not be started: {e.Message}", e);
        }
    }

    /// <summary>Ends it at once, and what it started.</summary>
    public void Kill() => End(() => _killed = true);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync().ConfigureAwait(false);
        Kill();
        await Exited.ConfigureAwait(false);
        if (Channel is not null)
        {
            await Channel.DisposeAsync().ConfigureAwait(false);
        }

        _process.Dispose();
    }

    private static IEnumerable<string> FoldersOf(ChildOptions options)
    {
        string[] programs = [options.FileName, .. options.Arguments.Take(1).Where(Path.IsPathRooted)];
        return programs.Where(Path.IsPathRooted).Select(p => Path.GetDirectoryName(p)!).Append(RuntimeEnvironment.GetRuntimeDirectory());
    }

    private static ProcessStartInfo StartInfo(ChildOptions options, string address, string token)
    {
        var info = new ProcessStartInfo(options.FileName, options.Arguments)
        {
            WorkingDirectory = options.WorkingDirectory,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        info.Environment.Clear();
        if (options.MemoryBytes is { } bytes)
        {
            info.Environment["DOTNET_GCHeapHardLimit"] = bytes.ToString("X", System.Globalization.CultureInfo.InvariantCulture);
        }

        foreach (var (name, value) in options.Environment)
        {
            info.Environment[name] = value;
        }

        info.Environment[ChildSide.SocketVariable] = address;
        info.Environment[ChildSide.TokenVariable] = token;
        info.Environment[ChildSide.ParentVariable] = Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        info.Environment[ChildSide.ConfinementVariable] = options.Confinement.ToText();
        return info;
    }

    private async Task ConnectAsync(ChildListener listener, string token, TimeProvider time, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(_options.ConnectTimeout, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        var connected = GreetAsync(listener, token, end.Token);
        if (await Task.WhenAny(connected, Exited).ConfigureAwait(false) != connected)
        {
            await end.CancelAsync().ConfigureAwait(false);
            _ = connected.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            var exit = await Exited.ConfigureAwait(false);
            throw new ChildStartException($"{_options.Name} ended before it connected: {exit.Reason}. {exit.LastLines}");
        }

        try
        {
            await connected.ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (late.IsCancellationRequested)
        {
            throw new ChildStartException($"{_options.Name} did not connect within {_options.ConnectTimeout.TotalSeconds:0.#} s.", e);
        }
        catch (IOException e)
        {
            // It closed the connection, most often because it ends: how, says more.
            await Task.WhenAny(Exited, Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None)).ConfigureAwait(false);
            throw Exited.IsCompleted ? new ChildStartException($"{_options.Name} ended while it connected: {(await Exited.ConfigureAwait(false)).LastLines}", e) : e;
        }
    }

    private async Task GreetAsync(ChildListener listener, string token, CancellationToken ct)
    {
        while (true)
        {
            var channel = new FrameChannel(await listener.AcceptAsync(ct).ConfigureAwait(false), _options.LargestFrame);
            if (await channel.ReceiveAsync(ct).ConfigureAwait(false) is { } said && CryptographicOperations.FixedTimeEquals(said, Encoding.ASCII.GetBytes(token)))
            {
                Channel = channel;
                Confined = await channel.ReceiveAsync(ct).ConfigureAwait(false) is { } confined
                    ? Encoding.UTF8.GetString(confined)
                    : throw new IOException("it closed its connection before it had confined itself.");
                return;
            }

            await channel.DisposeAsync().ConfigureAwait(false); // not our child
        }
    }

    private async Task<ChildExit> WatchEndAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        KillGroup();
        var code = _process.ExitCode;
        var exit = new ChildExit(code, _overMemory, _killed, await _errors.LastLinesAsync(TimeSpan.FromMilliseconds(500)).ConfigureAwait(false));
        LogEnded(_logger, _options.Name, Id, exit.Reason);
        return exit;
    }

    private void CheckMemory()
    {
        if (_options.MemoryBytes is { } limit && !Exited.IsCompleted && ResidentBytes > limit)
        {
            End(() => _overMemory = true);
        }
    }

    /// <summary>Ends it where it still lives, and notes why: one that ended by itself was not ended by the host.</summary>
    private void End(Action note)
    {
        try
        {
            if (!_process.HasExited)
            {
                note();
                KillGroup();
                _process.Kill();
            }
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended by itself.
        }
    }

    /// <summary>The child made itself the head of a group of its own; there is none before it connects.</summary>
    private void KillGroup()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Libc.kill(-Id, Libc.SIGKILL);
        }
    }

    [LoggerMessage(EventId = 7001, Level = LogLevel.Information, Message = "{Name} started as process {Id} ({Confined})")]
    private static partial void LogStarted(ILogger logger, string name, int id, string confined);

    [LoggerMessage(EventId = 7002, Level = LogLevel.Information, Message = "{Name}, process {Id}, ended: {Reason}")]
    private static partial void LogEnded(ILogger logger, string name, int id, string reason);
}
