using System.Diagnostics;

namespace QureHost.Commands;

/// <summary>A line of progress with rate and time left, redrawn on a terminal and silent when piped.</summary>
internal sealed class Progress(string what, int total) : IDisposable
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly bool _shown = !Console.IsErrorRedirected;
    private long _drawnAt = -1000;
    private int _done;

    public void Step(string? detail = null)
    {
        _done++;
        if (!_shown || (_clock.ElapsedMilliseconds - _drawnAt < 100 && _done < total))
        {
            return;
        }

        _drawnAt = _clock.ElapsedMilliseconds;
        var rate = _done / Math.Max(.001, _clock.Elapsed.TotalSeconds);
        var left = rate > 0 ? TimeSpan.FromSeconds(Math.Max(0, total - _done) / rate) : TimeSpan.Zero;
        var line = $"{what} {_done}/{total}  {rate:0.#}/s  {left:mm\\:ss} left  {detail}";
        var width = Math.Max(20, Console.WindowWidth - 1);
        Console.Error.Write('\r' + (line.Length > width ? line[..width] : line.PadRight(width)));
    }

    public void Dispose()
    {
        if (_shown && _done > 0)
        {
            Console.Error.WriteLine();
        }
    }
}
