using System.Text;

namespace QureHost.Processes;

/// <summary>Reads what a child writes to a standard stream, so that it never blocks on it, and keeps the end of it.</summary>
internal sealed class ChildOutput
{
    private const int Kept = 8 << 10;
    private readonly byte[] _ring = new byte[Kept];
    private readonly Lock _gate = new();
    private readonly Task _reading;
    private long _total;

    public ChildOutput(Stream stream) => _reading = ReadAsync(stream);

    /// <summary>The last lines, once the stream has ended or <paramref name="patience"/> is over.</summary>
    public async Task<string> LastLinesAsync(TimeSpan patience)
    {
        // A grandchild may hold the stream open for ever.
        await Task.WhenAny(_reading, Task.Delay(patience)).ConfigureAwait(false);
        lock (_gate)
        {
            var count = (int)Math.Min(_total, Kept);
            var bytes = new byte[count];
            for (var i = 0; i < count; i++)
            {
                bytes[i] = _ring[(_total - count + i) % Kept];
            }

            return Encoding.UTF8.GetString(bytes).Trim();
        }
    }

    private async Task ReadAsync(Stream stream)
    {
        var buffer = new byte[4 << 10];
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0;)
            {
                lock (_gate)
                {
                    for (var i = 0; i < read; i++)
                    {
                        _ring[_total++ % Kept] = buffer[i];
                    }
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It ended.
        }
    }
}
