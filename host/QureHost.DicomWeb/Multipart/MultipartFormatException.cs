namespace QureHost.DicomWeb.Multipart;

/// <summary>A multipart body that breaks RFC 2046, or a limit on its headers: the caller's fault (400).</summary>
public sealed class MultipartFormatException(string message) : Exception(message);
