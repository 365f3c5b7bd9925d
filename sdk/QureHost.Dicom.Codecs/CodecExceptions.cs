namespace QureHost.Dicom.Codecs;

/// <summary>The frame's bytes are damaged or do not fit the image's attributes; the message is fit for a reader.</summary>
public class CodecException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The transfer syntax cannot be decoded here; the message is fit for a reader and says what would help.</summary>
public sealed class UnsupportedTransferSyntaxException(string message, Exception? inner = null) : CodecException(message, inner);
