using System.Buffers;

namespace QureHost.Archive;

/// <summary>Joins stored DICOM JSON objects into one in ascending order of tags; where two hold a tag, the first given wins.</summary>
internal static class JsonMerge
{
    /// <summary>Which members of an object are wanted.</summary>
    public delegate bool Wanted(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    public static void Write(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Wanted? ofSecond, ArrayBufferWriter<byte> output)
    {
        var a = new JsonMembers(first);
        var b = new JsonMembers(second);
        var hasA = a.MoveNext();
        var hasB = Next(ref b, ofSecond);
        var separator = (byte)'{';
        while (hasA || hasB)
        {
            var order = !hasA ? 1 : !hasB ? -1 : a.Key.SequenceCompareTo(b.Key);
            Add(order <= 0 ? a.Member : b.Member, separator, output);
            separator = (byte)',';
            if (order <= 0)
                hasA = a.MoveNext();
            if (order >= 0)
                hasB = Next(ref b, ofSecond);
        }

        output.Write(separator == (byte)'{' ? "{}"u8 : "}"u8);
    }

    private static bool Next(ref JsonMembers members, Wanted? wanted)
    {
        while (members.MoveNext())
        {
            if (wanted is null || wanted(members.Key, members.Value))
                return true;
        }

        return false;
    }

    private static void Add(ReadOnlySpan<byte> member, byte separator, ArrayBufferWriter<byte> output)
    {
        var span = output.GetSpan(member.Length + 1);
        span[0] = separator;
        member.CopyTo(span[1..]);
        output.Advance(member.Length + 1);
    }
}
