namespace QureHost.Plugins;

/// <summary>
/// The time that a product itself takes. Time it waits for the host (for slices, for a model, for a grant to go on) is
/// not its own and counts neither for the heartbeat nor for the timeout.
/// </summary>
public sealed class RunClock(TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _beat = time.GetTimestamp();
    private long _awaySince;
    private long _start = time.GetTimestamp();
    private long _awayTicks;
    private int _away;

    /// <summary>Own time since the last sign of life; zero while the product waits for the host.</summary>
    public TimeSpan SinceBeat
    {
        get
        {
            lock (_gate)
            {
                return _away > 0 ? TimeSpan.Zero : time.GetElapsedTime(_beat);
            }
        }
    }

    /// <summary>Own time since the start.</summary>
    public TimeSpan Own
    {
        get
        {
            lock (_gate)
            {
                var now = time.GetTimestamp();
                var away = _awayTicks + (_away > 0 ? now - _awaySince : 0);
                return time.GetElapsedTime(_start, now - away);
            }
        }
    }

    /// <summary>The product waits for the host just now.</summary>
    public bool IsWaiting
    {
        get
        {
            lock (_gate)
            {
                return _away > 0;
            }
        }
    }

    /// <summary>All time since the start.</summary>
    public TimeSpan Total => time.GetElapsedTime(_start);

    /// <summary>Begins anew: the attempt starts now.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            _start = _beat = time.GetTimestamp();
            _awayTicks = 0;
        }
    }

    /// <summary>A sign of life.</summary>
    public void Beat()
    {
        lock (_gate)
        {
            _beat = time.GetTimestamp();
        }
    }

    /// <summary>The product waits for the host until the result is disposed.</summary>
    public Waiting Wait()
    {
        lock (_gate)
        {
            if (_away++ == 0)
            {
                _awaySince = time.GetTimestamp();
            }
        }

        return new Waiting(this);
    }

    /// <summary>The product's own code is called from within a wait, until the result is disposed.</summary>
    public Working Work()
    {
        Back();
        return new Working(this);
    }

    private void Back()
    {
        lock (_gate)
        {
            _beat = time.GetTimestamp();
            if (--_away == 0)
            {
                _awayTicks += _beat - _awaySince;
            }
        }
    }

    /// <summary>Ends a wait when disposed.</summary>
    public readonly struct Waiting(RunClock clock) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => clock.Back();
    }

    /// <summary>Goes back to the wait when disposed.</summary>
    public readonly struct Working(RunClock clock) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => clock.Wait();
    }
}
