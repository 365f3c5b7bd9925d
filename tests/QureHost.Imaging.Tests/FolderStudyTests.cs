using QureHost.Dicom;
using QureHost.Sdk.Studies;
using QureHost.Testing;

namespace QureHost.Imaging.Tests;

public sealed class FolderStudyTests
{
    [Fact]
    public async Task A_folder_of_slices_is_a_study_with_a_sorted_volume()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 4; i++)
        {
            var image = Samples.Grey(2, 2, 12).Add(DicomTags.SOPInstanceUID, $"1.2.3.4.{i}").Add(DicomTags.InstanceNumber, i + 1).Add(DicomTags.Modality, "CT").Add(DicomTags.PatientID, "P1")
                .Add(DicomTags.RescaleSlope, 1.0).Add(DicomTags.RescaleIntercept, -1024.0)
                .Add(DicomTags.ImagePositionPatient, [0.0, 0, -i]).Add(DicomTags.ImageOrientationPatient, 1.0, 0, 0, 0, 1, 0).Add(DicomTags.PixelSpacing, 1.0, 1)
                .AddBytes(DicomTags.PixelData, DicomVr.OW, new byte[] { (byte)i, 4, 0, 0, 0, 0, 0, 0 });
            await File.WriteAllBytesAsync(folder.At($"{3 - i}.dcm"), DicomFile.ToBytes(image, TransferSyntax.ImplicitLittleEndian), TestContext.Current.CancellationToken);
        }

        await File.WriteAllTextAsync(folder.At("notes.md"), "no DICOM", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.At("report.txt"), "No bleed.", TestContext.Current.CancellationToken);

        var study = await FolderStudy.OpenAsync(folder.Path, TestContext.Current.CancellationToken);

        Assert.Equal("1.2.3", study.Uid);
        Assert.Equal("P1", study.Tags.Text(TagNumbers.PatientId));
        var series = Assert.Single(study.Series);
        Assert.Equal(["1.2.3.4.0", "1.2.3.4.1", "1.2.3.4.2", "1.2.3.4.3"], series.SopUids);
        var volume = await series.VolumeAsync(CancellationToken.None);
        Assert.Equal([3, 2, 1, 0], volume.Select(s => (int)s.Samples.Span[0]));
        Assert.Equal("HU", volume[0].Unit);

        var events = new List<StudyEvent>();
        await foreach (var e in study.WatchAsync(CancellationToken.None))
        {
            events.Add(e);
        }

        Assert.Equal(4, events.OfType<SliceStored>().Count());
        Assert.IsType<StudySettled>(events[^1]);
        var reports = new List<StudyReport>();
        await foreach (var report in study.ReportsAsync(CancellationToken.None))
        {
            reports.Add(report);
        }

        Assert.Equal("No bleed.", Assert.Single(reports).Text);
        await using var part10 = await series.Part10Async("1.2.3.4.0", CancellationToken.None);
        Assert.Equal("1.2.3.4.0", (await DicomFile.ReadAsync(part10, ct: TestContext.Current.CancellationToken)).Dataset.GetString(DicomTags.SOPInstanceUID));
    }

    [Fact]
    public async Task An_empty_folder_says_so()
    {
        using var folder = new TemporaryFolder();

        await Assert.ThrowsAsync<InvalidDataException>(() => FolderStudy.OpenAsync(folder.Path));
    }

    [Fact]
    public async Task An_object_without_pixels_says_so()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.At("a"), DicomFile.ToBytes(Samples.Grey(2, 2), TransferSyntax.ExplicitLittleEndian), TestContext.Current.CancellationToken);
        var study = await FolderStudy.OpenAsync(folder.Path, TestContext.Current.CancellationToken);

        var e = await Assert.ThrowsAsync<PixelsUnavailableException>(async () => await study.Series[0].SliceAsync("1.2.3.4", 0, PixelKind.Display, CancellationToken.None));

        Assert.Contains("no pixels", e.Message);
    }

    [Fact]
    public async Task Every_image_of_the_corpus_becomes_slices_or_says_why_not()
    {
        Assert.SkipUnless(SharedData.IsPresent, SharedData.Absent);
        var studies = await FolderStudy.OpenAllAsync(SharedData.At("data", "dicom-corpus"), TestContext.Current.CancellationToken);
        var (read, refused) = (0, new List<string>());
        foreach (var series in studies.SelectMany(s => s.Series))
        {
            foreach (var sop in series.SopUids)
            {
                foreach (var kind in Enum.GetValues<PixelKind>())
                {
                    try
                    {
                        using var slice = await series.SliceAsync(sop, 0, kind, CancellationToken.None);
                        Assert.Equal(slice.Rows * slice.Columns, slice.Samples.Length);
                        read++;
                    }
                    catch (PixelsUnavailableException e)
                    {
                        refused.Add(e.Message);
                    }
                }
            }
        }

        TestContext.Current.SendDiagnosticMessage("read {0}, refused {1}", read, string.Join("; ", refused.GroupBy(r => r).Select(g => $"{g.Count()} {g.Key}")));
        Assert.True(read > 200, $"read {read}, refused {string.Join("; ", refused.GroupBy(r => r).Select(g => $"{g.Count()} {g.Key}"))}");
    }
}
