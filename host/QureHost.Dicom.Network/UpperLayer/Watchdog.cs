namespace QureHost.Dicom.Network.UpperLayer;

/// <summary>
/// One timer for all of an association's waits, the ARTIM timer among them (PS3.8 §9.1.5). Arming writes one number, so that
/// each wait can be guarded without a timer or a cancellation source of its own.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _expired;
    private readonly ITimer _timer;
    private long _deadline = long.MaxValue;

    public Watchdog(TimeProvider clock, TimeSpan precision, CancellationToken stop)
    {
        _clock = clock;
        _expired = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _timer = clock.CreateTimer(static state => ((Watchdog)state!).Check(), this, precision, precision);
    }

    /// <summary>Cancelled when a deadline passed, or when the owner stops.</summary>
    public CancellationToken Token => _expired.Token;

    /// <summary>A deadline passed.</summary>
    public bool HasExpired { get; private set; }

    public void Arm(TimeSpan limit) =>
        Volatile.Write(ref _deadline, limit == Timeout.InfiniteTimeSpan ? long.MaxValue : _clock.GetTimestamp() + (long)(limit.TotalSeconds * _clock.TimestampFrequency));

    public void Disarm() => Volatile.Write(ref _deadline, long.MaxValue);

    /// <summary>Ends all waits now.</summary>
    public void Cancel()
    {
        try
        {
            _expired.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The association is gone already: nothing waits.
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _expired.Dispose();
    }

    private void Check()
    {
        if (_clock.GetTimestamp() < Volatile.Read(ref _deadline))
            return;
        HasExpired = true;
        Cancel();
    }
}
