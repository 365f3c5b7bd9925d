namespace QureHost.Pipeline;

/// <summary>
/// Waits for things to be quiet: a study, a series. Touching one puts its time off; when it is due, it is handed out
/// once. One timer for all.
/// </summary>
internal sealed class QuietTimes<TKey> : IDisposable
    where TKey : notnull
{
    private readonly Dictionary<TKey, DateTimeOffset> _due = [];
    private readonly PriorityQueue<TKey, DateTimeOffset> _order = new();
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Action<TKey> _quiet;
    private readonly ITimer _timer;

    public QuietTimes(TimeProvider time, Action<TKey> quiet)
    {
        (_time, _quiet) = (time, quiet);
        _timer = time.CreateTimer(_ => HandOut(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The thing is quiet at <paramref name="due"/> unless it is touched again.</summary>
    public void Touch(TKey key, DateTimeOffset due)
    {
        lock (_gate)
        {
            var known = _due.TryGetValue(key, out _);
            _due[key] = due;
            if (!known)
            {
                _order.Enqueue(key, due);   // put off: found again, and put back, when its first time comes
            }

            Arm();
        }
    }

    public void Forget(TKey key)
    {
        lock (_gate)
        {
            _due.Remove(key);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void HandOut()
    {
        List<TKey> quiet = [];
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            while (_order.TryPeek(out var key, out var at) && at <= now)
            {
                _order.Dequeue();
                if (!_due.TryGetValue(key, out var due))
                {
                    continue;   // forgotten
                }

                if (due > now)
                {
                    _order.Enqueue(key, due);
                    continue;
                }

                _due.Remove(key);
                quiet.Add(key);
            }

            Arm();
        }

        quiet.ForEach(_quiet);
    }

    private void Arm()
    {
        if (_order.TryPeek(out _, out var at))
        {
            var wait = at - _time.GetUtcNow();
            _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
