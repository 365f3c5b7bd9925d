using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace QureHost.Dicom.Network.Dimse;

/// <summary>Elements of group 0000 (PS3.7 §E.1).</summary>
public static class CommandElement
{
#pragma warning disable CS1591 // the attribute's keyword
    public const ushort AffectedSopClassUid = 0x0002;
    public const ushort RequestedSopClassUid = 0x0003;
    public const ushort CommandField = 0x0100;
    public const ushort MessageId = 0x0110;
    public const ushort MessageIdBeingRespondedTo = 0x0120;
    public const ushort MoveDestination = 0x0600;
    public const ushort Priority = 0x0700;
    public const ushort DataSetType = 0x0800;
    public const ushort Status = 0x0900;
    public const ushort OffendingElement = 0x0901;
    public const ushort ErrorComment = 0x0902;
    public const ushort AffectedSopInstanceUid = 0x1000;
    public const ushort RequestedSopInstanceUid = 0x1001;
    public const ushort EventTypeId = 0x1002;
    public const ushort ActionTypeId = 0x1008;
    public const ushort RemainingSuboperations = 0x1020;
    public const ushort CompletedSuboperations = 0x1021;
    public const ushort FailedSuboperations = 0x1022;
    public const ushort WarningSuboperations = 0x1023;
    public const ushort MoveOriginatorAe = 0x1030;
    public const ushort MoveOriginatorMessageId = 0x1031;
#pragma warning restore CS1591
}

/// <summary>
/// A DIMSE command set: implicit little endian, group 0000 only (PS3.7 §6.3.1), kept as the bytes of the wire. A command has
/// a dozen short elements, so a walk finds one faster than any dictionary would be filled.
/// </summary>
public sealed class CommandSet
{
    /// <summary>A command without a data set has this in (0000,0800).</summary>
    public const ushort NoDataSet = 0x0101;

    private readonly ReadOnlyMemory<byte> _bytes;

    private CommandSet(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>The encoded set, group length included.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    public CommandField Field => (CommandField)(UInt16(CommandElement.CommandField) ?? 0);

    public ushort MessageId => UInt16(CommandElement.MessageId) ?? 0;

    public ushort Status => UInt16(CommandElement.Status) ?? 0;

    public bool HasDataSet => UInt16(CommandElement.DataSetType) is { } type && type != NoDataSet;

    /// <summary>Checks the structure of received bytes.</summary>
    /// <exception cref="FormatException">The bytes are no command set.</exception>
    public static CommandSet Parse(ReadOnlyMemory<byte> bytes)
    {
        var set = new CommandSet(bytes);
        var rest = bytes.Span;
        while (!rest.IsEmpty)
        {
            if (rest.Length < 8 || BinaryPrimitives.ReadUInt16LittleEndian(rest) != 0)
                throw new FormatException("A command set holds elements of group 0000 only.");
            var length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            if (length > rest.Length - 8)
                throw new FormatException("An element of the command set is longer than the set.");
            rest = rest[(8 + (int)length)..];
        }

        return set.UInt16(CommandElement.CommandField) is null ? throw new FormatException("The command set has no command field.") : set;
    }

    public ushort? UInt16(ushort element) => TryFind(element, out var value) && value.Length >= 2 ? BinaryPrimitives.ReadUInt16LittleEndian(value) : null;

    /// <summary>A UID, title or text, trimmed, or null where absent or empty.</summary>
    public string? Text(ushort element) =>
        TryFind(element, out var value) && Encoding.Latin1.GetString(value).Trim('\0', ' ') is { Length: > 0 } text ? text : null;

    public static Builder Build() => new();

    private bool TryFind(ushort element, out ReadOnlySpan<byte> value)
    {
        var rest = _bytes.Span;
        while (rest.Length >= 8)
        {
            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            if (BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]) == element)
            {
                value = rest.Slice(8, length);
                return true;
            }

            rest = rest[(8 + length)..];
        }

        value = default;
        return false;
    }

    /// <summary>Writes a set, element by element in ascending order.</summary>
    public sealed class Builder
    {
        private readonly ArrayBufferWriter<byte> _writer = new(256);
        private int _last;

        internal Builder() => _writer.Advance(Head(_writer.GetSpan(12), 0, 4) + 4);

        public Builder UInt16(ushort element, ushort value)
        {
            var span = Next(element, 10);
            BinaryPrimitives.WriteUInt16LittleEndian(span[Head(span, element, 2)..], value);
            _writer.Advance(10);
            return this;
        }

        /// <summary>A UID, padded with NUL (PS3.5 §9.1); left out where null.</summary>
        public Builder Uid(ushort element, string? value) => Padded(element, value, 0);

        /// <summary>Text, padded with a space; left out where null.</summary>
        public Builder Text(ushort element, string? value) => Padded(element, value, (byte)' ');

        public CommandSet ToCommandSet()
        {
            var bytes = _writer.WrittenSpan.ToArray();
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), (uint)(bytes.Length - 12));
            return new CommandSet(bytes);
        }

        private Builder Padded(ushort element, string? value, byte pad)
        {
            if (string.IsNullOrEmpty(value))
                return this;
            var length = value.Length + (value.Length & 1);
            var span = Next(element, 8 + length)[..(8 + length)];
            Head(span, element, length);
            span[^1] = pad;
            Encoding.Latin1.GetBytes(value, span[8..]);
            _writer.Advance(8 + length);
            return this;
        }

        private Span<byte> Next(ushort element, int size)
        {
            if (element <= _last)
                throw new InvalidOperationException("Elements of a command set are written in ascending order.");
            _last = element;
            return _writer.GetSpan(size);
        }

        private static int Head(Span<byte> span, ushort element, int length)
        {
            span[..2].Clear();
            BinaryPrimitives.WriteUInt16LittleEndian(span[2..], element);
            BinaryPrimitives.WriteInt32LittleEndian(span[4..], length);
            return 8;
        }
    }
}
