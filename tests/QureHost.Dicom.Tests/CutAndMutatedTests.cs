using QureHost.Testing;

namespace QureHost.Dicom.Tests;

/// <summary>Damaged input: the only exception that leaves the reader is <see cref="DicomFormatException"/>, and it leaves soon.</summary>
public sealed class CutAndMutatedTests
{
    public static TheoryData<string> Syntaxes =>
        [.. new[] { TransferSyntax.ExplicitLittleEndian, TransferSyntax.ImplicitLittleEndian, TransferSyntax.ExplicitBigEndian, TransferSyntax.DeflatedExplicitLittleEndian, TransferSyntax.RleLossless }.Select(s => s.Uid)];

    [Theory]
    [MemberData(nameof(Syntaxes))]
    public async Task Given_a_file_cut_at_any_byte_it_is_refused_and_nothing_else_happens(string uid)
    {
        var syntax = TransferSyntax.ForUid(uid);
        var dataset = Samples.Image();
        if (syntax.IsEncapsulated)
        {
            dataset.Set(new DicomFragments(DicomTags.PixelData, DicomVr.OB, [new byte[] { 1, 2, 3 }, new byte[70]]));
        }

        var whole = DicomFile.ToBytes(dataset, syntax);
        for (var cut = 0; cut < whole.Length; cut++)
        {
            var part = whole.AsMemory(0, cut);
            var fromMemory = Refusal(() => DicomFile.Parse(part));
            var fromStream = await RefusalAsync(part.ToArray());
            Assert.Equal(fromMemory is null, fromStream is null);
            if (cut > 0 && fromMemory is null)
            {
                // A cut between two elements leaves a shorter dataset; one in the end mark of a deflate stream takes nothing away.
                var left = DicomFile.Parse(part).Dataset;
                Assert.True(!left.Contains(DicomTags.PixelData) || (syntax.IsDeflated && left.GetBytes(DicomTags.PixelData).Span.SequenceEqual(dataset.GetBytes(DicomTags.PixelData).Span)));
            }
        }
    }

    [Fact]
    public void Given_corpus_files_with_random_damage_only_format_errors_leave_the_reader()
    {
        Assert.SkipUnless(SharedData.IsPresent, SharedData.Absent);
        var random = new Random(20);
        var refused = 0;
        foreach (var row in Corpus.Rows().Where(r => new FileInfo(r.Path).Length < 200_000))
        {
            var original = File.ReadAllBytes(row.Path);
            for (var round = 0; round < 12; round++)
            {
                var bytes = Damaged(original, random);
                if (Refusal(() => Exercise(bytes)) is not null)
                {
                    refused++;
                }
            }
        }

        Assert.True(refused > 100, $"damage was noticed {refused} times");
    }

    private static void Exercise(byte[] bytes)
    {
        var file = DicomFile.Parse(bytes);
        DicomJson.ToBytes(file.Dataset);
        DicomIdentity.TryRead(file.Dataset, out _, out _);
        foreach (var element in file.Dataset)
        {
            file.Dataset.GetStrings(element.Tag);
            file.Dataset.GetDoubles(element.Tag);
            file.Dataset.GetInt64(element.Tag);
            file.Dataset.GetItems(element.Tag);
        }

        foreach (var piece in file.Pixels?.Frames.Take(1000).SelectMany(f => f.Pieces) ?? [])
        {
            Assert.InRange(piece.Offset + piece.Length, 0, file.Inflated?.Length ?? bytes.Length);
        }
    }

    private static byte[] Damaged(byte[] original, Random random)
    {
        var bytes = (byte[])original.Clone();
        for (var i = random.Next(1, 8); i > 0 && bytes.Length > 0; i--)
        {
            // Headers are at the front: damage goes there more often.
            var at = random.Next(2) == 0 ? random.Next(bytes.Length) : random.Next(Math.Min(bytes.Length, 2000));
            switch (random.Next(4))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] = 0xFF; break;
                case 2: bytes = bytes[..at]; break;
                default: bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 9))..]]; break;
            }
        }

        return bytes;
    }

    private static DicomFormatException? Refusal(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (DicomFormatException e)
        {
            return e;
        }
    }

    private static async Task<DicomFormatException?> RefusalAsync(byte[] bytes)
    {
        try
        {
            await DicomFile.ReadAsync(new MemoryStream(bytes));
            return null;
        }
        catch (DicomFormatException e)
        {
            return e;
        }
    }
}
