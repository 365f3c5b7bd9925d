using System.Buffers;

namespace QureHost.Archive;

/// <summary>
/// Walks the top-level members of a stored DICOM JSON object without parsing their values. The JSON is our own
/// writer's: compact, keys of eight digits, ascending.
/// </summary>
internal ref struct JsonMembers(ReadOnlySpan<byte> json)
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}"u8);
    private static readonly SearchValues<byte> InString = SearchValues.Create("\"\\"u8);
    private static ReadOnlySpan<byte> BeforeItems => "{\"vr\":\"SQ\",\"Value\":["u8;

    private ReadOnlySpan<byte> rest = json.Length > 2 ? json[1..] : default;

    /// <summary>Tag as eight hexadecimal digits.</summary>
    public ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>Key and value as they stand, <c>"00100020":{"vr":…}</c>.</summary>
    public ReadOnlySpan<byte> Member { get; private set; }

    /// <summary>The value, an object.</summary>
    public readonly ReadOnlySpan<byte> Value => Member[11..];

    public bool MoveNext()
    {
        if (rest.Length < 12)
            return false;
        if (rest[0] == (byte)',')
            rest = rest[1..];
        var end = 11 + EndOfObject(rest[11..]);
        Key = rest[1..9];
        Member = rest[..end];
        rest = rest[end..];
        return true;
    }

    /// <summary>The value of a tag, or empty.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> key)
    {
        var members = new JsonMembers(json);
        while (members.MoveNext())
        {
            switch (members.Key.SequenceCompareTo(key))
            {
                case 0:
                    return members.Value;
                case > 0:
                    return default;
            }
        }

        return default;
    }

    /// <summary>Takes the next item off a sequence's value, <c>{"vr":"SQ","Value":[{…},{…}]}</c>, or off what is left of it.</summary>
    public static bool TryTakeItem(ref ReadOnlySpan<byte> sequence, out ReadOnlySpan<byte> item)
    {
        item = default;
        if (sequence.StartsWith(BeforeItems))
            sequence = sequence[BeforeItems.Length..];
        else if (sequence.Length > 0 && sequence[0] == (byte)',')
            sequence = sequence[1..];
        if (sequence.Length < 2 || sequence[0] != (byte)'{' || sequence.StartsWith("{\"vr\":"u8))
            return false;
        var end = EndOfObject(sequence);
        item = sequence[..end];
        sequence = sequence[end..];
        return true;
    }

    private static int EndOfObject(ReadOnlySpan<byte> json)
    {
        var depth = 0;
        var at = 0;
        while (true)
        {
            at += Found(json[at..].IndexOfAny(Structure));
            switch (json[at++])
            {
                case (byte)'{':
                    depth++;
                    break;
                case (byte)'}' when --depth == 0:
                    return at;
                case (byte)'"':
                    at = EndOfString(json, at);
                    break;
            }
        }
    }

    private static int EndOfString(ReadOnlySpan<byte> json, int at)
    {
        while (true)
        {
            at += Found(json[at..].IndexOfAny(InString));
            if (json[at] == (byte)'"')
                return at + 1;
            at += 2;
        }
    }

    private static int Found(int index) => index >= 0 ? index : throw new InvalidDataException("The index holds broken JSON.");
}
