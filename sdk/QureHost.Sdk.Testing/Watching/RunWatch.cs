using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace QureHost.Sdk.Testing;

/// <summary>What a run did beside its results: when it last called the host, what it leased, what came too late.</summary>
internal sealed class RunWatch
{
    private readonly Lock _gate = new();
    private readonly List<(ConformanceRule Rule, string Problem)> _problems = [];
    private readonly Dictionary<object, string> _leases = [];
    private long _beat = Stopwatch.GetTimestamp();
    private int _away;
    private bool _ended;

    /// <summary>Called at the first call of the product.</summary>
    public Action? FirstCall { get; set; }

    public IReadOnlyList<(ConformanceRule Rule, string Problem)> Problems
    {
        get
        {
            lock (_gate)
            {
                return [.. _problems];
            }
        }
    }

    /// <summary>The product's own time since it last called, or was last answered.</summary>
    public TimeSpan Silent
    {
        get
        {
            lock (_gate)
            {
                return _away > 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_beat);
            }
        }
    }

    /// <summary>Leases that were not ended.</summary>
    public IReadOnlyList<string> OpenLeases
    {
        get
        {
            lock (_gate)
            {
                return [.. _leases.Values];
            }
        }
    }

    public void Add(ConformanceRule rule, string problem)
    {
        lock (_gate)
        {
            _problems.Add((rule, problem));
        }
    }

    /// <summary>A call of the product: its waiting is the host's time.</summary>
    public Call Enter(string what)
    {
        Action? first;
        lock (_gate)
        {
            _away++;
            (first, FirstCall) = (FirstCall, null);
            if (_ended)
            {
                _problems.Add((ConformanceRule.Afterwards, $"{what} was called after RunAsync had returned."));
            }
        }

        first?.Invoke();
        return new Call(this);
    }

    /// <summary>A stream of the host's: waiting for its next item is the host's time.</summary>
    public async IAsyncEnumerable<T> Each<T>(string what, IAsyncEnumerable<T> items, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var each = items.GetAsyncEnumerator(ct);
        while (true)
        {
            using (Enter(what))
            {
                if (!await each.MoveNextAsync().ConfigureAwait(false))
                {
                    yield break;
                }
            }

            yield return each.Current;
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _ended = true;
        }
    }

    public void Leased(object lease, string what)
    {
        lock (_gate)
        {
            _leases[lease] = what;
        }
    }

    public void Returned(object lease)
    {
        lock (_gate)
        {
            _leases.Remove(lease);
        }
    }

    public readonly struct Call(RunWatch watch) : IDisposable
    {
        public void Dispose()
        {
            lock (watch._gate)
            {
                watch._away--;
                watch._beat = Stopwatch.GetTimestamp();
            }
        }
    }
}
