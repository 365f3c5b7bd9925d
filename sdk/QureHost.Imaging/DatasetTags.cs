using QureHost.Dicom;
using QureHost.Sdk.Studies;

namespace QureHost.Imaging;

/// <summary>A dataset as products see it.</summary>
public sealed class DatasetTags(DicomDataset dataset) : ITags
{
    public DicomDataset Dataset { get; } = dataset;

    public bool Has(uint tag) => Dataset.Contains(tag);

    public string? Text(uint tag) => Dataset.GetString(tag);

    public IReadOnlyList<string> Texts(uint tag) => Dataset.GetStrings(tag);

    public double? Number(uint tag) => Dataset.GetDouble(tag);

    public IReadOnlyList<double> Numbers(uint tag) => Dataset.GetDoubles(tag);

    public IReadOnlyList<ITags> Items(uint tag) => [.. Dataset.GetItems(tag).Select(item => new DatasetTags(item))];
}
