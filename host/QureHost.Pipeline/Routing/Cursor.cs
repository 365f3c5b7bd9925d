using System.Globalization;

namespace QureHost.Pipeline;

/// <summary>
/// How far the log was routed, as a hint on disk. Routing an event again changes nothing, so an old cursor costs time and
/// no truth; without one, routing begins at the log's end and at the studies that are not settled.
/// </summary>
internal sealed class Cursor(string dataDirectory, TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private readonly string _path = Path.Combine(dataDirectory, "routed.seq");
    private long _written;
    private long _last;

    public long? Read()
    {
        try
        {
            return long.TryParse(File.ReadAllText(_path), NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? seq : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Advance(long seq)
    {
        _last = seq;
        if (time.GetElapsedTime(_written) >= Period)
        {
            Write();
        }
    }

    public void Write()
    {
        _written = time.GetTimestamp();
        try
        {
            File.WriteAllText(_path + ".new", _last.ToString(CultureInfo.InvariantCulture));
            File.Move(_path + ".new", _path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only a hint: the next second tries again.
        }
    }
}
