namespace QureHost.Dicom.Codecs.Jpeg;

/// <summary>A Huffman table (ITU-T T.81 §C): a look-up of short codes, canonical ranges for the long ones.</summary>
internal sealed class HuffmanTable
{
    public const int LookBits = 9;

    private readonly byte[] _values;
    private readonly int[] _mostCode = new int[18];
    private readonly int[] _valueOffset = new int[17];

    /// <summary>For each prefix of <see cref="LookBits"/> bits: length in the high byte and value in the low one, or 0.</summary>
    private readonly ushort[] _look = new ushort[1 << LookBits];

    /// <param name="counts">16 numbers of codes, by length.</param>
    /// <param name="values">Their values.</param>
    public HuffmanTable(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> values)
    {
        _values = values.ToArray();
        int code = 0, index = 0;
        for (var length = 1; length <= 16; length++)
        {
            _valueOffset[length] = index - code;
            for (var i = 0; i < counts[length - 1]; i++, code++, index++)
            {
                if (code >= 1 << length)
                {
                    throw new CodecException("A Huffman table has more codes than there can be.");
                }

                if (length <= LookBits)
                {
                    var entry = (ushort)((length << 8) | values[index]);
                    _look.AsSpan(code << (LookBits - length), 1 << (LookBits - length)).Fill(entry);
                }
            }

            _mostCode[length] = counts[length - 1] > 0 ? code - 1 : -1;
            code <<= 1;
        }

        _mostCode[17] = int.MaxValue;
    }

    /// <summary>The next value of the stream.</summary>
    public int Decode(ref JpegBits bits)
    {
        var entry = _look[bits.Peek(LookBits)];
        if (entry != 0)
        {
            bits.Skip(entry >> 8);
            return entry & 0xFF;
        }

        var prefix = bits.Peek(16);
        for (var length = LookBits + 1; length <= 16; length++)
        {
            var code = prefix >> (16 - length);
            if (code <= _mostCode[length])
            {
                bits.Skip(length);
                return _values[_valueOffset[length] + code];
            }
        }

        throw new CodecException("The entropy-coded data hold a code that is not in the table.");
    }
}
