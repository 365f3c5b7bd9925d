using System.Globalization;

namespace QureHost.Archive;

/// <summary>
/// The hour before which every object is known to the index: it moves on when nothing is under way that began before
/// it. After a crash only directories from the mark on can hold objects that the index does not know.
/// </summary>
internal sealed class RecoveryMark(TimeProvider clock, DateTimeOffset hour)
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<DateTimeOffset, int> open = [];
    private DateTimeOffset stored = hour;

    public static DateTimeOffset Read(Connection connection)
    {
        var s = connection.Prepare("SELECT value FROM mark WHERE name = 'hour'");
        try
        {
            return s.Step() ? DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(s.Text(0), CultureInfo.InvariantCulture)) : DateTimeOffset.UnixEpoch;
        }
        finally
        {
            s.Reset();
        }
    }

    public static DateTimeOffset HourOf(DateTimeOffset time) => new(time.UtcDateTime.Date.AddHours(time.UtcDateTime.Hour), TimeSpan.Zero);

    public static void Write(WriteScope scope, DateTimeOffset hour) =>
        scope.Execute("INSERT OR REPLACE INTO mark (name, value) VALUES ('hour', @value)", new { value = hour.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) });

    /// <summary>Something begins that will write objects.</summary>
    public DateTimeOffset Enter()
    {
        lock (gate)
        {
            var now = HourOf(clock.GetUtcNow());
            var begun = now > stored ? now : stored;
            open[begun] = open.GetValueOrDefault(begun) + 1;
            return begun;
        }
    }

    /// <summary>It ended; its objects are known or gone.</summary>
    public void Leave(DateTimeOffset begun)
    {
        lock (gate)
        {
            if (--open[begun] == 0)
                open.Remove(begun);
        }
    }

    /// <summary>Moves the mark in the transaction of a commit, about once an hour.</summary>
    public void Advance(WriteScope scope)
    {
        DateTimeOffset oldest;
        lock (gate)
        {
            oldest = open.Count > 0 ? open.First().Key : stored;
            if (oldest <= stored)
                return;
            // Should the transaction fail, the index keeps the older mark: recovery then looks at more than it must.
            stored = oldest;
        }

        Write(scope, oldest);
    }
}
