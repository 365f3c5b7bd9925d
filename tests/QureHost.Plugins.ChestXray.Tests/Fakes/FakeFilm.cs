using QureHost.Sdk.Studies;

namespace QureHost.Plugins.ChestXray.Tests.Fakes;

/// <summary>An instance with attributes and display values; a series of its own.</summary>
internal sealed class FakeFilm : ISeries
{
    private readonly FakeTags _tags = new();

    public FakeFilm(string sop, int rows, int columns, Func<int, int, double>? grey = null)
    {
        Sop = sop;
        (Rows, Columns) = (rows, columns);
        Grey = grey ?? ((x, y) => ((x * 31) + (y * 17)) % 256 / 255.0);
        With(TagNumbers.Modality, "DX").With(TagNumbers.Rows, $"{rows}").With(TagNumbers.Columns, $"{columns}");
    }

    public string Sop { get; }

    public int Rows { get; }

    public int Columns { get; }

    public Func<int, int, double> Grey { get; }

    public string? BrokenBecause { get; init; }

    public string Uid => $"series of {Sop}";

    public string Modality => _tags.Text(TagNumbers.Modality) ?? "";

    public IReadOnlyList<string> SopUids => [Sop];

    /// <summary>A sample film of the repository: DX, 512 x 512, 8 bit; its pixels are the file's last bytes.</summary>
    public static FakeFilm Sample(string path)
    {
        const int side = 512;
        var pixels = File.ReadAllBytes(path).AsMemory()[^(side * side)..];
        return new FakeFilm(Path.GetFileNameWithoutExtension(path), side, side, (x, y) => pixels.Span[(y * side) + x] / 255.0)
            .With(TagNumbers.BodyPartExamined, "CHEST").With(TagNumbers.ViewPosition, "PA").With(TagNumbers.PatientOrientation, "L");
    }

    public FakeFilm With(uint tag, string? value)
    {
        _tags.Set(tag, value);
        return this;
    }

    /// <summary>The same attributes with other pixels.</summary>
    public FakeFilm Redrawn(Func<Func<int, int, double>, Func<int, int, double>> change)
    {
        var film = new FakeFilm(Sop, Rows, Columns, change(Grey));
        foreach (var (tag, value) in _tags.All)
        {
            film.With(tag, value);
        }

        return film;
    }

    public ITags TagsOf(string sop) => _tags;

    public ValueTask<ISlice> SliceAsync(string sop, int frame, PixelKind kind, CancellationToken ct)
    {
        Assert.Equal(PixelKind.Display, kind);
        return BrokenBecause is { } why ? throw new PixelsUnavailableException(why) : ValueTask.FromResult<ISlice>(new Slice(this));
    }

    public ValueTask<IReadOnlyList<ISlice>> VolumeAsync(CancellationToken ct) => throw new NotSupportedException("A film is no volume.");

    public ValueTask<Stream> Part10Async(string sop, CancellationToken ct) => throw new NotSupportedException("The product reads pixels.");

    private sealed class Slice : ISlice
    {
        private const int Steps = 4095;

        public Slice(FakeFilm film)
        {
            (SopUid, Rows, Columns) = (film.Sop, film.Rows, film.Columns);
            var samples = new short[Rows * Columns];
            for (var i = 0; i < samples.Length; i++)
            {
                samples[i] = (short)Math.Round(Math.Clamp(film.Grey(i % Columns, i / Columns), 0, 1) * Steps);
            }

            Samples = samples;
        }

        public string SopUid { get; }

        public int Frame => 0;

        public int Rows { get; }

        public int Columns { get; }

        public Plane? Plane => null;

        public (double RowMm, double ColumnMm)? Spacing => null;

        public string Unit => "";

        public double Slope => 1.0 / Steps;

        public double Intercept => 0;

        public bool IsColor => false;

        public ReadOnlyMemory<short> Samples { get; }

        public void Dispose()
        {
        }
    }
}
