using System.Text;
using QureHost.Archive;
using QureHost.Dicom;
using QureHost.Plugins;
using QureHost.Sdk.Manifests;
using QureHost.Sdk.Studies;

namespace QureHost.Pipeline.Tests;

public sealed class ReportTests : IAsyncDisposable
{
    private readonly House _house = new();
    private readonly string _study = DicomUid.New();

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task A_posted_report_starts_the_products_of_reports()
    {
        await _house.With("Watches", m => (m["starts"], m["inputs"]) = ("Report", new System.Text.Json.Nodes.JsonArray())).StartAsync();
        await _house.StoreAsync(House.Film(_study, DicomUid.New(), DicomUid.New()));

        await _house.Archive.Reports.AddAsync(House.Site, _study, "No pneumothorax.", "CR", "api", CancellationToken.None);

        await _house.WaitForAsync(_study, EventTypes.RunFinished);
        var report = Assert.Single(await ReportsAsync());
        Assert.Equal(("posted", "CR", "No pneumothorax."), (report.Source, report.Modality, report.Text));
    }

    [Fact]
    public async Task The_text_of_a_structured_report_is_attached_once_and_starts_the_products_of_reports()
    {
        await _house.With("Watches", m => (m["starts"], m["inputs"]) = ("Report", new System.Text.Json.Nodes.JsonArray())).StartAsync();
        await _house.StoreAsync(House.Film(_study, DicomUid.New(), DicomUid.New()));
        var series = DicomUid.New();

        await _house.StoreAsync(StructuredReport(series, "Small left pleural effusion."));
        await _house.WaitForAsync(_study, EventTypes.ReportAdded);
        await _house.StoreAsync(StructuredReport(series, "Unchanged."));
        await _house.WaitForAsync(_study, EventTypes.ReportAdded, 2);

        await _house.WaitForAsync(_study, EventTypes.RunFinished);
        var reports = await ReportsAsync();
        Assert.Equal(2, reports.Count);
        Assert.Contains("Small left pleural effusion.", reports[0].Text);
        Assert.Equal(("sr", "DX"), (reports[0].Source, reports[0].Modality));
    }

    [Fact]
    public async Task A_structured_report_that_a_run_of_ours_wrote_is_no_report()
    {
        await _house.StartAsync();

        await _house.StoreAsync(StructuredReport(DicomUid.New(), "AI says so."), runId: "run-of-ours");
        await _house.StoreAsync(House.Film(_study, DicomUid.New(), DicomUid.New()));
        await _house.WaitForAsync(_study, EventTypes.StudySettled);

        Assert.Empty(_house.Archive.Reports.OfStudy(House.Site, _study));
    }

    [Fact]
    public async Task The_text_of_an_encapsulated_clinical_document_is_read_and_a_hostile_one_is_not()
    {
        await _house.StartAsync();
        await _house.StoreAsync(ClinicalDocument("<ClinicalDocument><component><title>Impression</title><text>No <b>fracture</b>.</text></component></ClinicalDocument>"));
        await _house.StoreAsync(ClinicalDocument("<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><d>&x;</d>"));

        await _house.WaitForAsync(_study, EventTypes.ReportAdded);
        await _house.WaitForAsync(_study, EventTypes.StudySettled);

        var report = Assert.Single(await ReportsAsync());
        Assert.Equal("encapsulated", report.Source);
        Assert.Equal("Impression\nNo\nfracture\n.", report.Text);
    }

    private async Task<List<StudyReport>> ReportsAsync()
    {
        var manifest = new PluginManifest { Id = "t", Name = "t", Version = "1.0.0", Sdk = ">=0.1", Entry = new PluginEntry("t.dll", "t"), Starts = StartsOn.Report };
        using var study = new LiveStudy(_house.Archive, new StudyFeeds(), House.Site, _study, manifest, new RunClock(TimeProvider.System), 0);
        return await study.ReportsAsync(CancellationToken.None).ToListAsync();
    }

    private byte[] StructuredReport(string series, string finding)
    {
        static DicomDataset Code(string value, string scheme, string meaning) =>
            new DicomDataset().Add(DicomTags.CodeValue, value).Add(DicomTags.CodingSchemeDesignator, scheme).Add(DicomTags.CodeMeaning, meaning);

        var text = new DicomDataset().Add(DicomTags.RelationshipType, "CONTAINS").Add(DicomTags.ValueType, "TEXT")
            .AddSequence(DicomTags.ConceptNameCodeSequence, Code("121071", "DCM", "Finding")).Add(DicomTags.TextValue, finding);
        return Document(new DicomDataset()
            .Add(DicomTags.SOPClassUID, "1.2.840.10008.5.1.4.1.1.88.11").Add(DicomTags.Modality, "SR").Add(DicomTags.SeriesInstanceUID, series)
            .Add(DicomTags.ValueType, "CONTAINER").AddSequence(DicomTags.ConceptNameCodeSequence, Code("11528-7", "LN", "Radiology Report"))
            .AddSequence(DicomTags.ContentSequence, text));
    }

    private byte[] ClinicalDocument(string xml) => Document(new DicomDataset()
        .Add(DicomTags.SOPClassUID, "1.2.840.10008.5.1.4.1.1.104.2").Add(DicomTags.Modality, "DOC").Add(DicomTags.SeriesInstanceUID, DicomUid.New())
        .Add(DicomTags.MIMETypeOfEncapsulatedDocument, "text/XML")
        .AddBytes(DicomTags.EncapsulatedDocument, DicomVr.OB, Encoding.UTF8.GetBytes(xml.Length % 2 == 0 ? xml : xml + " ")));

    private byte[] Document(DicomDataset dataset)
    {
        dataset.Add(DicomTags.StudyInstanceUID, _study).Add(DicomTags.SOPInstanceUID, DicomUid.New()).Add(DicomTags.PatientID, "P1");
        using var stream = new MemoryStream();
        DicomFile.Write(stream, dataset, TransferSyntax.ExplicitLittleEndian);
        return stream.ToArray();
    }
}
