namespace QureHost.Dicom;

/// <summary>Sequences, items and their delimiters (PS3.5 §7.5).</summary>
internal sealed partial class DatasetParser
{
    private Outcome OpenSequence(DicomTag tag, long start, long? end, bool isExplicit, bool isForeign)
    {
        if (_outer.Count >= 2 * _options.MaxDepth)
        {
            throw Broken($"Sequences are nested more than {_options.MaxDepth} deep");
        }

        var sequence = new DicomSequence(tag);
        Add(sequence);
        Push(new Level
        {
            Sequence = sequence.List,
            End = end ?? long.MaxValue,
            Limit = end ?? _level.Limit,
            IsExplicit = isExplicit,
            IsForeign = isForeign,
        });
        Position = start;
        return Outcome.Read;
    }

    private Outcome ReadItemHeader()
    {
        if (!TryPeek(8, out var bytes))
        {
            return Outcome.NeedBytes;
        }

        var tag = TagAt(bytes);
        var length = U32(bytes[4..]);
        if (tag.Number == SequenceDelimiter)
        {
            Position += 8;
            if (_level.End == long.MaxValue)
            {
                _level = _outer.Pop();
            }

            return Outcome.Read;
        }

        if (tag.Number == ItemDelimiter && length == 0)
        {
            // One delimiter too many after an item with a length: some writers add it.
            Position += 8;
            return Outcome.Read;
        }

        if (tag.Number != Item)
        {
            throw Broken($"A sequence holds {tag} where an item should start");
        }

        var isExplicit = _level.IsExplicit;
        if (_level.IsForeign && length != 0 && Position + 16 <= _level.Limit)
        {
            // Content of UN should be implicit VR; writers exist that leave it explicit.
            if (!TryPeek(16, out bytes))
            {
                return Outcome.NeedBytes;
            }

            isExplicit = EncodingGuess.LooksExplicit(bytes[8..]);
        }

        var start = Position + 8;
        if (length != Undefined && start + length > _level.Limit)
        {
            throw Broken($"An item claims {length} bytes, more than its sequence has");
        }

        Count();
        var dataset = new DicomDataset(EnclosingCharacterSet());
        _level.Sequence!.Add(dataset);
        Push(new Level
        {
            Dataset = dataset,
            End = length == Undefined ? long.MaxValue : start + length,
            Limit = length == Undefined ? _level.Limit : start + length,
            IsExplicit = isExplicit,
            IsForeign = _level.IsForeign,
            Ascends = true,
        });
        Position = start;
        return Outcome.Read;
    }

    private Outcome ReadDelimiter(DicomTag tag, ReadOnlySpan<byte> bytes)
    {
        if (tag.Number == ItemDelimiter && _level.End == long.MaxValue)
        {
            CloseLevel();
            _level = _outer.Pop();
            Position += 8;
            return Outcome.Read;
        }

        if (tag.Number == SequenceDelimiter && _level.End == long.MaxValue)
        {
            // The item's own delimiter is missing; the sequence reads this one.
            CloseLevel();
            _level = _outer.Pop();
            return Outcome.Read;
        }

        if (tag.Number is ItemDelimiter or SequenceDelimiter && U32(bytes[4..]) == 0)
        {
            Position += 8;
            return Outcome.Read;
        }

        throw Broken($"{tag} stands where no item or delimiter can be");
    }

    private void Push(in Level level)
    {
        _outer.Push(_level);
        _level = level;
    }

    private CharacterSet EnclosingCharacterSet()
    {
        foreach (var level in _outer)
        {
            if (level.Dataset is { } dataset)
            {
                return dataset.CharacterSet;
            }
        }

        return CharacterSet.Default;
    }
}
