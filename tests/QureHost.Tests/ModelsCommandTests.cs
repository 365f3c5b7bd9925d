using System.Text.Json;
using QureHost.Commands;
using QureHost.Testing;

namespace QureHost.Tests;

[Collection("console")]
public sealed class ModelsCommandTests : IDisposable
{
    private static readonly string Models = Path.Combine(SharedData.RepositoryRoot, "tests", "models");
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_model_is_added_listed_verified_measured_and_removed()
    {
        Assert.Equal(0, (await RunAsync("add", Path.Combine(Models, "double"), "--data", _folder.Path)).Status);

        var listed = JsonDocument.Parse((await RunAsync("list", "--json", "--data", _folder.Path, "--models", _folder.At("none"))).Output).RootElement;
        Assert.Equal(("double", "1.0.0"), (listed[0].GetProperty("name").GetString(), listed[0].GetProperty("version").GetString()));
        Assert.Equal(0, (await RunAsync("verify", "double", "--data", _folder.Path)).Status);

        var measured = JsonDocument.Parse((await RunAsync("benchmark", "double", "--runs", "5", "--write", "--json", "--data", _folder.Path)).Output).RootElement;
        Assert.InRange(measured.GetProperty("secondsPerItem").GetDouble(), 1e-9, 10);
        Assert.Equal(0, (await RunAsync("verify", "double", "--data", _folder.Path)).Status);
        var cost = JsonDocument.Parse(File.ReadAllText(_folder.At("models", "double", "model.json"))).RootElement.GetProperty("cost");
        Assert.Equal(measured.GetProperty("secondsPerItem").GetDouble(), cost.GetProperty("devices").GetProperty("cpu").GetProperty("secondsPerItem").GetDouble());

        Assert.Equal(0, (await RunAsync("remove", "double", "--data", _folder.Path)).Status);
        Assert.Equal(1, (await RunAsync("remove", "double", "--data", _folder.Path)).Status);
    }

    [Fact]
    public async Task A_model_whose_bytes_are_not_its_hash_fails_verification()
    {
        await RunAsync("add", Path.Combine(Models, "double"), "--data", _folder.Path);
        File.AppendAllText(_folder.At("models", "double", "model.onnx"), "x");

        var (status, output) = await RunAsync("verify", "--json", "--data", _folder.Path, "--models", _folder.At("none"));

        Assert.Equal(1, status);
        Assert.Contains("is not the file that model.json names", output);
    }

    [Fact]
    public async Task A_wrong_call_is_told_as_one()
    {
        Assert.Equal(2, (await RunAsync("add", _folder.Path, "--data", _folder.Path)).Status);
        Assert.Equal(2, (await RunAsync("verify", "nowhere", "--data", _folder.Path)).Status);
        Assert.Equal(2, (await RunAsync("benchmark", "nowhere", "--data", _folder.Path)).Status);
        Assert.Equal(2, (await RunAsync("replace", "hello", "brightness")).Status);
    }

    public void Dispose() => _folder.Dispose();

    private static Task<(int Status, string Output)> RunAsync(params string[] arguments) => ConsoleCapture.RunAsync(ModelsCommand.Create(), arguments);
}
