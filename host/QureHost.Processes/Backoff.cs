namespace QureHost.Processes;

/// <summary>How long to wait before the next start of what keeps ending: at once, then doubling up to a bound; calm resets it.</summary>
public sealed class Backoff(TimeProvider time, TimeSpan? first = null, TimeSpan? longest = null, TimeSpan? calm = null)
{
    private readonly TimeSpan _first = first ?? TimeSpan.FromMilliseconds(200);
    private readonly TimeSpan _longest = longest ?? TimeSpan.FromSeconds(30);
    private readonly TimeSpan _calm = calm ?? TimeSpan.FromMinutes(2);
    private readonly Lock _gate = new();
    private long? _last;
    private TimeSpan _next;

    /// <summary>The wait before the next start. The first one does not wait.</summary>
    public TimeSpan Next()
    {
        lock (_gate)
        {
            if (_last is { } last && time.GetElapsedTime(last) > _calm + _next)
            {
                _next = TimeSpan.Zero;
            }

            _last = time.GetTimestamp();
            var wait = _next;
            _next = wait == TimeSpan.Zero ? _first : wait * 2 < _longest ? wait * 2 : _longest;
            return wait;
        }
    }

    /// <summary>It works: the next failure starts from the beginning.</summary>
    public void Succeeded()
    {
        lock (_gate)
        {
            _next = TimeSpan.Zero;
        }
    }
}
