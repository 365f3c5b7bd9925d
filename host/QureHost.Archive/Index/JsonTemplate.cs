using System.Buffers;

namespace QureHost.Archive;

/// <summary>
/// Stored JSON that waits for the address it will be served under: the byte 01H, which no JSON text can hold
/// (RFC 8259 §7), stands wherever the base URL goes.
/// </summary>
public static class JsonTemplate
{
    /// <summary>The byte that stands for the base URL, as in <c>{BaseUrl}/studies/1.2</c>.</summary>
    public const byte BaseUrl = 0x01;

    /// <summary>Writes a template with the base URL (no slash at its end, JSON-escaped already) in its places.</summary>
    public static void Write(ReadOnlySpan<byte> template, ReadOnlySpan<byte> baseUrl, IBufferWriter<byte> output)
    {
        while (true)
        {
            var at = template.IndexOf(BaseUrl);
            if (at < 0)
            {
                output.Write(template);
                return;
            }

            var span = output.GetSpan(at + baseUrl.Length);
            template[..at].CopyTo(span);
            baseUrl.CopyTo(span[at..]);
            output.Advance(at + baseUrl.Length);
            template = template[(at + 1)..];
        }
    }
}
