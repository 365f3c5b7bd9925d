namespace QureHost.Processes;

/// <summary>The other side sent what is no frame: a length out of bounds, or an end in the middle of one.</summary>
public sealed class FrameException(string message) : IOException(message);
