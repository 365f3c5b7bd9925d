using System.Collections;

namespace QureHost.Dicom;

/// <summary>
/// Elements in ascending order of their tags (PS3.5 §7.1). A new dataset writes text in ISO_IR 192; one that was read
/// keeps its own character set. Not safe for concurrent writers; readers share it freely.
/// </summary>
public sealed partial class DicomDataset : IEnumerable<DicomElement>
{
    private readonly List<DicomElement> _elements;
    private readonly CharacterSet _inherited;
    private CharacterSet? _charset;

    public DicomDataset()
        : this(CharacterSet.Utf8)
    {
    }

    internal DicomDataset(CharacterSet inherited, int capacity = 0)
    {
        _inherited = inherited;
        _elements = new List<DicomElement>(capacity);
    }

    public int Count => _elements.Count;

    /// <summary>The character set of this dataset's text: its own (0008,0005), else that around it.</summary>
    public CharacterSet CharacterSet => _charset ??= this[DicomTags.SpecificCharacterSet] is DicomValue { IsEmpty: false } own
        ? CharacterSet.Get(ValueText.All(own, CharacterSet.Default)) : _inherited;

    public DicomElement? this[DicomTag tag] => IndexOf(tag) is >= 0 and var i ? _elements[i] : null;

    public bool Contains(DicomTag tag) => IndexOf(tag) >= 0;

    /// <summary>Adds the element, or replaces the one with its tag.</summary>
    public void Set(DicomElement element)
    {
        ArgumentNullException.ThrowIfNull(element);
        var i = IndexOf(element.Tag);
        if (i >= 0)
        {
            _elements[i] = element;
        }
        else
        {
            _elements.Insert(~i, element);
        }

        if (element.Tag == DicomTags.SpecificCharacterSet)
        {
            _charset = null;
        }
    }

    public bool Remove(DicomTag tag)
    {
        var i = IndexOf(tag);
        if (i < 0)
        {
            return false;
        }

        _elements.RemoveAt(i);
        _charset = null;
        return true;
    }

    public List<DicomElement>.Enumerator GetEnumerator() => _elements.GetEnumerator();

    IEnumerator<DicomElement> IEnumerable<DicomElement>.GetEnumerator() => _elements.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _elements.GetEnumerator();

    /// <summary>For the parser: puts at the end; true where the order still ascends.</summary>
    internal bool Append(DicomElement element)
    {
        var ascends = _elements.Count == 0 || _elements[^1].Tag < element.Tag;
        _elements.Add(element);
        return ascends;
    }

    /// <summary>For the parser: sorts what came out of order; of two elements with one tag the first stays.</summary>
    internal void Restore()
    {
        var sorted = _elements.OrderBy(e => e.Tag.Number).DistinctBy(e => e.Tag.Number).ToList();
        _elements.Clear();
        _elements.AddRange(sorted);
    }

    private int IndexOf(DicomTag tag)
    {
        int low = 0, high = _elements.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var number = _elements[middle].Tag.Number;
            if (number == tag.Number)
            {
                return middle;
            }

            (low, high) = number < tag.Number ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}
