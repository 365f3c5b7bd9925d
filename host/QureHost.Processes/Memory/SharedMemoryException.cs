namespace QureHost.Processes;

/// <summary>A block of shared memory cannot be had, or is not what it was said to be; the message says why.</summary>
public sealed class SharedMemoryException(string message, Exception? inner = null) : IOException(message, inner);
