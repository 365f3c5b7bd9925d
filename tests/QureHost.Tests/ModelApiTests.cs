using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using QureHost.Archive;
using QureHost.Sdk.Inference;
using QureHost.Testing;

namespace QureHost.Tests;

public sealed class ModelApiTests
{
    [Fact]
    public async Task A_site_runs_another_model_in_place_of_a_products_own_and_its_results_say_so()
    {
        using var folder = new TemporaryFolder();
        SampleHost.Write(folder.At("hello"), "1.2.3");
        await using var host = await SampleHost.StartAsync(plugins: folder.Path);
        (await host.Http.PutAsJsonAsync("api/v1/sites/north", new { name = "North" })).EnsureSuccessStatusCode();

        var chosen = await host.Http.PutAsJsonAsync("api/v1/sites/north/products/hello/models/brightness", new { replacement = "brightest" });

        Assert.Equal(HttpStatusCode.OK, chosen.StatusCode);
        Assert.Equal(("brightness", Sha("brightness"), .5), Round(await ReadAsync(host, "default")));
        Assert.Equal(("brightest", Sha("brightest"), 1), Round(await ReadAsync(host, "north")));
        Assert.Equal("brightest", (await host.GetAsync("api/v1/sites/north/models"))[0].GetProperty("replacement").GetString());
        Assert.Equal("brightest", (await host.GetAsync("api/v1/products?site=north"))[0].GetProperty("models")[0].GetProperty("name").GetString());
        Assert.Contains((await host.GetAsync("api/v1/audit")).EnumerateArray(), a => a.GetProperty("action").GetString() == "model.replace");

        Assert.Equal(HttpStatusCode.NoContent, (await host.Http.DeleteAsync("api/v1/sites/north/products/hello/models/brightness")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.DeleteAsync("api/v1/sites/north/products/hello/models/brightness")).StatusCode);
        Assert.Equal("brightness", (await host.GetAsync("api/v1/products?site=north"))[0].GetProperty("models")[0].GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("default", "hello", "brightness", "double", HttpStatusCode.BadRequest, "Input 1 must be image: float32 [any, 1, any, any]; it is x: float32 [any, 4].")]
    [InlineData("default", "hello", "brightness", "nowhere", HttpStatusCode.BadRequest, "'nowhere' is not installed")]
    [InlineData("default", "hello", "brightness", "../double", HttpStatusCode.BadRequest, "a model's name is of a-z")]
    [InlineData("default", "hello", "other", "brightest", HttpStatusCode.NotFound, "no product 'hello' with a model 'other'")]
    [InlineData("nowhere", "hello", "brightness", "brightest", HttpStatusCode.Forbidden, "not yours")]
    public async Task What_cannot_stand_in_is_refused_with_its_reason(string site, string product, string model, string by, HttpStatusCode status, string reason)
    {
        using var folder = new TemporaryFolder();
        SampleHost.Write(folder.At("hello"), "1.2.3");
        await using var host = await SampleHost.StartAsync(plugins: folder.Path);

        var answer = await host.Http.PutAsJsonAsync($"api/v1/sites/{site}/products/{product}/models/{model}", new { replacement = by });

        Assert.Equal(status, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Contains(reason, problem.GetProperty("detail").GetString());
        Assert.Empty(host.Archive.Sites.ListModels());
    }

    private static (string Name, string Sha256, double Value) Round((string Name, string Sha256, double Value) read) => read with { Value = read.Value > .95 ? 1 : .5 };

    private static string Sha(string model) => ModelFolder.Open(Path.Combine(SharedData.RepositoryRoot, "tests", "models", model)).Card.Sha256;

    /// <summary>Stores the film at a site and waits for what Hello says of it: which model, and how bright.</summary>
    private static async Task<(string Name, string Sha256, double Value)> ReadAsync(TestHost host, string site)
    {
        var bytes = await File.ReadAllBytesAsync(SampleHost.Film);
        (await host.StowAsync([bytes], path: $"sites/{site}/dicomweb/studies")).EnsureSuccessStatusCode();
        var study = QureHost.Dicom.DicomFile.Parse(bytes).Dataset.GetString(QureHost.Dicom.DicomTags.StudyInstanceUID)!;
        await host.EventsUntilAsync(study, e => e.Site == site && e.Type == EventTypes.RunFinished && e.Product == "hello");
        var report = (await host.GetAsync($"api/v1/studies/{study}/findings?site={site}"))[0];
        var model = report.GetProperty("models")[0];
        return (model.GetProperty("name").GetString()!, model.GetProperty("sha256").GetString()!, report.GetProperty("findings")[0].GetProperty("measurements")[0].GetProperty("value").GetDouble());
    }
}
