using System.Net;
using System.Text.Json.Nodes;
using QureHost.Sdk;
using QureHost.Sdk.Inference;
using QureHost.Testing;

namespace QureHost.Inference.Tests;

public sealed class ModelStoreTests : IDisposable
{
    private static readonly string Models = Path.Combine(SharedData.RepositoryRoot, "tests", "models");
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_plugins_own_model_comes_before_an_installed_one_of_its_name()
    {
        Copy("double", _folder.At("own"), card => card["version"] = "9.0.0");
        var store = new ModelStore([Models]);

        Assert.Equal("9.0.0", store.Resolve(new ModelRequest("default", "hello", "double", _folder.At("own"))).Card.Version);
        Assert.Equal("1.0.0", store.Resolve(new ModelRequest("default", "hello", "double")).Card.Version);
        Assert.Equal("1.0.0", store.Resolve(new ModelRequest("default", "hello", "double", _folder.At("nowhere"))).Card.Version);
    }

    [Fact]
    public void A_sites_choice_holds_at_that_site_alone_and_only_for_the_weights_that_it_chose()
    {
        var half = ModelFolder.Open(Path.Combine(Models, "half")).Card.Sha256;
        var chosen = new ModelChoice("half", half);
        var store = new ModelStore([Models], r => r is { Site: "north", Product: "hello", Name: "double" } ? chosen : null);

        Assert.Equal("half", store.Resolve(new ModelRequest("north", "hello", "double")).Card.Name);
        Assert.Equal("double", store.Resolve(new ModelRequest("default", "hello", "double")).Card.Name);
        Assert.Equal("double", store.Resolve(new ModelRequest("north", "other", "double")).Card.Name);
        chosen = new ModelChoice("half", new string('0', 64));
        Assert.Contains("is another", Assert.Throws<ModelUnavailableException>(() => store.Resolve(new ModelRequest("north", "hello", "double"))).Message);
    }

    [Fact]
    public void A_replacement_takes_and_gives_the_same_and_has_the_parameters_that_the_product_reads()
    {
        Copy("double", _folder.Path, card => card["name"] = "better", "better");
        Copy("double", _folder.Path, card => (card["name"], card["parameters"]) = ("bare", new JsonObject()), "bare");
        var own = ModelFolder.Open(Path.Combine(Models, "double"));

        Assert.Empty(ModelReplacement.Problems(own, ModelFolder.Open(_folder.At("better"))));
        Assert.Equal(["Its card has no parameters.classes, which the product reads."], ModelReplacement.Problems(own, ModelFolder.Open(_folder.At("bare"))));
        Assert.Contains("Input 1 must be x: float32 [any, 4]; it is x: float32 [any, 3].", ModelReplacement.Problems(own, ModelFolder.Open(Path.Combine(Models, "half"))));
    }

    [Fact]
    public async Task A_model_is_installed_whole_and_removed()
    {
        using var http = new HttpClient();
        var installer = new ModelInstaller(_folder.At("site"), http);

        var installed = await installer.AddAsync(Path.Combine(Models, "double"), replace: false, null, CancellationToken.None);

        Assert.Equal("double", new ModelStore([_folder.At("site")]).Get("double").Card.Name);
        Assert.Empty(ModelCheck.Verify(installed.Path).Problems);
        Assert.True(installer.Remove("double"));
        Assert.False(installer.Remove("double"));
        Assert.False(installer.Remove("../site"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.At("site")));
    }

    [Fact]
    public async Task Changed_weights_a_broken_card_or_another_model_of_the_name_is_refused_and_leaves_nothing()
    {
        using var http = new HttpClient();
        var installer = new ModelInstaller(_folder.At("site"), http);
        Copy("double", _folder.At("changed"), _ => { });
        File.AppendAllText(_folder.At("changed", "double", "model.onnx"), "x");
        Copy("double", _folder.At("broken"), card => card.Remove("licence"));
        Copy("half", _folder.At("other"), card => card["name"] = "double", "double");
        await installer.AddAsync(Path.Combine(Models, "double"), replace: false, null, CancellationToken.None);

        async Task<string> RefusedAsync(string source) => (await Assert.ThrowsAsync<ModelUnavailableException>(() => installer.AddAsync(source, replace: false, null, CancellationToken.None))).Message;
        Assert.Contains("is not the file that model.json names", await RefusedAsync(_folder.At("changed", "double")));
        Assert.Contains("licence: is required", await RefusedAsync(_folder.At("broken", "double")));
        Assert.Contains("is installed already", await RefusedAsync(_folder.At("other", "double")));

        Assert.Equal([_folder.At("site", "double")], Directory.EnumerateFileSystemEntries(_folder.At("site")));
        Assert.Equal("1.0.0", (await installer.AddAsync(_folder.At("other", "double"), replace: true, null, CancellationToken.None)).Card.Version);
        Assert.Equal(ModelFolder.Open(Path.Combine(Models, "half")).Card.Sha256, new ModelStore([_folder.At("site")]).Get("double").Card.Sha256);
    }

    [Fact]
    public async Task Weights_named_by_address_are_fetched_and_refused_where_their_hash_is_another()
    {
        var weights = File.ReadAllBytes(Path.Combine(Models, "double", "model.onnx"));
        using var http = new HttpClient(new Canned(path => path == "/good.onnx" ? weights : path == "/long.onnx" ? [.. weights, .. weights] : path == "/bad.onnx" ? [1, .. weights[1..]] : null));
        var installer = new ModelInstaller(_folder.At("site"), http);

        async Task<ModelFolder> AddAsync(string file)
        {
            Copy("double", _folder.At(file), card => (card["weights"], card["bytes"]) = (new JsonObject { ["url"] = $"https://models.test/{file}" }, weights.Length));
            File.Delete(_folder.At(file, "double", "model.onnx"));
            return await installer.AddAsync(_folder.At(file, "double"), replace: false, null, CancellationToken.None);
        }

        Assert.Contains("is not the file that model.json names", (await Assert.ThrowsAsync<ModelUnavailableException>(() => AddAsync("bad.onnx"))).Message);
        Assert.Contains("larger than", (await Assert.ThrowsAsync<ModelUnavailableException>(() => AddAsync("long.onnx"))).Message);
        Assert.Contains("cannot be fetched", (await Assert.ThrowsAsync<ModelUnavailableException>(() => AddAsync("gone.onnx"))).Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.At("site")));
        Assert.Equal(weights, (await AddAsync("good.onnx")).ReadWeights());
    }

    public void Dispose() => _folder.Dispose();

    private static void Copy(string model, string root, Action<JsonObject> change, string? name = null)
    {
        var target = Directory.CreateDirectory(Path.Combine(root, name ?? model)).FullName;
        File.Copy(Path.Combine(Models, model, "model.onnx"), Path.Combine(target, "model.onnx"));
        var card = JsonNode.Parse(File.ReadAllText(Path.Combine(Models, model, "model.json")))!.AsObject();
        change(card);
        File.WriteAllText(Path.Combine(target, "model.json"), card.ToJsonString());
    }

    private sealed class Canned(Func<string, byte[]?> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer(request.RequestUri!.AbsolutePath) is { } body
                ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(body) }
                : new HttpResponseMessage(HttpStatusCode.NotFound));
    }
}
