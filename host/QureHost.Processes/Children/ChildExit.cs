namespace QureHost.Processes;

/// <summary>How a child ended.</summary>
/// <param name="Code">Its exit code; 128 + the signal where a signal ended it.</param>
/// <param name="OverMemory">It was ended for its memory.</param>
/// <param name="Killed">The host ended it.</param>
/// <param name="LastLines">The end of what it wrote to standard error: from a stranger, and possibly about a patient.</param>
public sealed record ChildExit(int Code, bool OverMemory, bool Killed, string LastLines)
{
    /// <summary>The signal that ended it, as far as the code tells.</summary>
    public int? Signal => !OperatingSystem.IsWindows() && Code is > 128 and <= 128 + 64 ? Code - 128 : null;

    /// <summary>In words, without anything that the child wrote.</summary>
    public string Reason => this switch
    {
        { OverMemory: true } => "it took more memory than it may",
        { Killed: true } => "the host ended it",
        { Signal: 6 } => "it aborted (signal 6): an exception that nobody caught, or a stack overflow",
        { Signal: 11 or 7 } => $"it touched memory that is not there (signal {Signal})",
        { Signal: 9 } => "it was killed (signal 9)",
        { Signal: { } signal } => $"signal {signal} ended it",
        _ => $"it exited with code {Code}",
    };
}

/// <summary>A child could not be started; the message says why.</summary>
public sealed class ChildStartException(string message, Exception? inner = null) : IOException(message, inner);
