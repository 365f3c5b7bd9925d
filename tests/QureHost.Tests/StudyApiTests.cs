using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using QureHost.Archive;
using QureHost.Phantoms;
using QureHost.Testing;

namespace QureHost.Tests;

public sealed class StudyApiTests
{
    [Fact]
    public async Task A_real_chest_film_is_read_and_its_results_are_stored_back_as_dicom()
    {
        await using var host = await TestHost.StartAsync();
        var file = Directory.GetFiles(Path.Combine(SharedData.RepositoryRoot, "tests", "samples", "chest-xray"), "*.dcm").Order().First();
        var bytes = await File.ReadAllBytesAsync(file);
        (await host.StowAsync([bytes])).EnsureSuccessStatusCode();
        var study = QureHost.Dicom.DicomFile.Parse(bytes).Dataset.GetString(QureHost.Dicom.DicomTags.StudyInstanceUID)!;

        var events = await host.EventsUntilAsync(study, e => e.Type == EventTypes.RunFinished && e.Product == "chest-xray");

        Assert.Contains(events, e => e.Type == EventTypes.ResultPublished);
        var report = (await host.GetAsync($"api/v1/studies/{study}/findings")).EnumerateArray().Single(p => p.GetProperty("product").GetString() == "chest-xray");
        Assert.Contains(report.GetProperty("status").GetString(), new[] { "ok", "qualified" });
        Assert.Equal(64, report.GetProperty("models")[0].GetProperty("sha256").GetString()!.Length);
        Assert.Contains(report.GetProperty("findings").EnumerateArray(), f => f.GetProperty("name").GetString() == "cardiomegaly" && f.GetProperty("probability").ValueKind == JsonValueKind.Number);

        var modalities = (await host.GetAsync($"dicomweb/studies/{study}/series")).EnumerateArray().Select(s => s.GetProperty("00080060").GetProperty("Value")[0].GetString()).ToArray();
        Assert.Contains("SR", modalities);
        Assert.All(host.Archive.Jobs.List(new JobFilter { StudyUids = [study] }), j => Assert.Equal("chest-xray", j.Product)); // its own SR started nothing
    }

    [Fact]
    public async Task A_posted_report_is_read_by_the_report_product()
    {
        await using var host = await TestHost.StartAsync();
        var study = await host.StorePhantomAsync("head-ct", new PhantomOptions { Slices = 2 });

        var answer = await host.Http.PostAsJsonAsync($"api/v1/studies/{study}/reports", new { text = "Large left subdural haematoma. No midline shift.", modality = "CT head" });

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        await host.EventsUntilAsync(study, e => e.Type == EventTypes.RunFinished && e.Product == "report-nlp");
        var findings = (await host.GetAsync($"api/v1/studies/{study}/findings"))[0].GetProperty("findings").EnumerateArray().ToDictionary(f => f.GetProperty("name").GetString()!);
        Assert.True(findings["subdural_haemorrhage"].GetProperty("present").GetBoolean());
        Assert.False(findings["midline_shift"].GetProperty("present").GetBoolean());
    }

    [Fact]
    public async Task A_disabled_product_does_not_run_and_the_change_is_audited()
    {
        await using var host = await TestHost.StartAsync();
        var change = await host.Http.PutAsJsonAsync("api/v1/sites/default/products/chest-xray", new { enabled = false });
        var study = await host.StorePhantomAsync("chest-xray", new PhantomOptions());

        await host.EventsUntilAsync(study, e => e.Type == EventTypes.StudySettled);

        Assert.Equal(HttpStatusCode.OK, change.StatusCode);
        Assert.Empty(host.Archive.Jobs.List(new JobFilter { StudyUids = [study] }));
        Assert.Contains((await host.GetAsync("api/v1/audit")).EnumerateArray(), a => a.GetProperty("action").GetString() == "product.disable");
        Assert.Equal(HttpStatusCode.Conflict, (await host.Http.PostAsJsonAsync($"api/v1/studies/{study}/runs", new { product = "chest-xray" })).StatusCode);
    }

    [Fact]
    public async Task Opening_a_study_many_times_is_one_row_of_the_audit()
    {
        await using var host = await TestHost.StartAsync();
        var study = await host.StorePhantomAsync("head-ct", new PhantomOptions { Slices = 3 });
        for (var i = 0; i < 10; i++)
        {
            await host.GetAsync($"dicomweb/studies/{study}/metadata");
        }

        var rows = host.Archive.Audit.List(new AuditFilter { StudyUid = study }).Where(r => r.Action == "dicom.retrieve").ToArray();

        Assert.Single(rows);
        Assert.Equal("local", rows[0].User);
    }

    [Theory]
    [InlineData("api/v1/studies/1.2.3/findings", HttpStatusCode.NotFound)]
    [InlineData("api/v1/worklist?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("api/v1/masks/..%2F..%2Findex.db", HttpStatusCode.NotFound)]
    [InlineData("api/v1/nothing", HttpStatusCode.NotFound)]
    public async Task What_is_not_there_gets_a_problem_and_not_a_crash(string path, HttpStatusCode expected)
    {
        await using var host = await TestHost.StartAsync();

        Assert.Equal(expected, (await host.Http.GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task The_openapi_document_lists_the_api()
    {
        await using var host = await TestHost.StartAsync();

        var paths = (await host.GetAsync("openapi/v1.json")).GetProperty("paths");

        Assert.True(paths.TryGetProperty("/api/v1/studies/{study}/findings", out _));
        Assert.True(paths.TryGetProperty("/api/v1/products", out _));
    }
}
