using System.Globalization;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins.ChestXray.Tests.Fakes;

internal sealed class FakeTags : ITags
{
    private readonly Dictionary<uint, string> _values = [];

    public IReadOnlyDictionary<uint, string> All => _values;

    public void Set(uint tag, string? value)
    {
        _values.Remove(tag);
        if (value is not null)
        {
            _values[tag] = value;
        }
    }

    public bool Has(uint tag) => _values.ContainsKey(tag);

    public string? Text(uint tag) => _values.GetValueOrDefault(tag) is { Length: > 0 } text ? text : null;

    public IReadOnlyList<string> Texts(uint tag) => Text(tag) is { } text ? [text] : [];

    public double? Number(uint tag) => double.TryParse(Text(tag), CultureInfo.InvariantCulture, out var number) ? number : null;

    public IReadOnlyList<double> Numbers(uint tag) => Number(tag) is { } number ? [number] : [];

    public IReadOnlyList<ITags> Items(uint tag) => [];
}
