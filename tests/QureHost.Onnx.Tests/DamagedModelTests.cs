using System.Security.Cryptography;
using QureHost.Sdk;
using QureHost.Sdk.Inference;
using QureHost.Testing;

namespace QureHost.Onnx.Tests;

public sealed class DamagedModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Weights_that_differ_by_one_bit_from_what_the_card_names_are_refused_before_they_are_loaded()
    {
        var bytes = Weights("double");
        bytes[^1] ^= 1;
        Write(bytes, Hash(Weights("double")));

        var error = Assert.Throws<ModelUnavailableException>(() => OnnxSession.Load(ModelFolder.Open(_folder.Path)));

        Assert.Contains("is not the file that model.json names", error.Message);
    }

    [Fact]
    public void Truncated_weights_are_refused()
    {
        Write(Weights("long")[..5000], Hash(Weights("long")));

        Assert.Contains("5000 bytes", Assert.Throws<ModelUnavailableException>(() => OnnxSession.Load(ModelFolder.Open(_folder.Path))).Message);
    }

    [Fact]
    public void Every_cut_of_a_model_whose_card_agrees_with_it_gives_a_clear_error_or_a_model()
    {
        var whole = Weights("half");
        for (var length = 0; length < whole.Length; length++)
        {
            var cut = whole[..length];
            try
            {
                OnnxSession.Load(cut, "cut", Accelerator.Cpu).Dispose();
            }
            catch (ModelUnavailableException e)
            {
                Assert.StartsWith("Model 'cut' cannot be loaded: ", e.Message);
            }
        }
    }

    [Fact]
    public void A_file_that_is_no_model_is_refused()
    {
        var text = "this is not a model"u8.ToArray();
        Write(text, Hash(text));

        Assert.Contains("cannot be loaded", Assert.Throws<ModelUnavailableException>(() => OnnxSession.Load(ModelFolder.Open(_folder.Path))).Message);
    }

    [Fact]
    public void Missing_weights_and_a_missing_card_are_told_apart()
    {
        Assert.Contains("no model.json", Assert.Throws<ModelUnavailableException>(() => ModelFolder.Open(_folder.Path)).Message);

        Write(null, new string('0', 64));

        Assert.Contains("model.onnx is missing", Assert.Throws<ModelUnavailableException>(() => OnnxSession.Load(ModelFolder.Open(_folder.Path))).Message);
    }

    [Theory]
    [InlineData("{ \"name\": \"x\"")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{ \"name\": \"x\", \"version\": \"1\", \"sha256\": \"abc\" }")]
    public void A_card_that_cannot_be_read_is_an_error_of_that_model(string json)
    {
        File.WriteAllText(_folder.At("model.json"), json);

        Assert.Contains("model.json", Assert.Throws<ModelUnavailableException>(() => ModelFolder.Open(_folder.Path)).Message);
    }

    [Fact]
    public void Cut_and_mutated_copies_of_a_real_model_are_refused_by_hash_and_survived_by_the_loader()
    {
        var path = SharedData.At("models", "cxr", "cxr-lung-heart-seg128.onnx");
        Assert.SkipUnless(File.Exists(path), SharedData.Absent);
        var whole = File.ReadAllBytes(path);
        Write(whole[..(whole.Length / 2)], Hash(whole));
        Assert.Throws<ModelUnavailableException>(() => OnnxSession.Load(ModelFolder.Open(_folder.Path)));

        foreach (var length in new[] { 1, 100, 4096, whole.Length / 2, whole.Length - 1 })
        {
            Assert.Throws<ModelUnavailableException>(() => OnnxSession.Load(whole[..length], "cut", Accelerator.Cpu));
        }
    }

    private static byte[] Weights(string name) => OnnxSessionTests.TestModel(name).ReadWeights();

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private void Write(byte[]? weights, string sha256)
    {
        if (weights is not null)
        {
            File.WriteAllBytes(_folder.At("model.onnx"), weights);
        }

        File.WriteAllText(_folder.At("model.json"), $$"""{ "name": "damaged", "version": "1.0.0", "sha256": "{{sha256}}" }""");
    }
}
