using QureHost.Sdk;
using QureHost.Sdk.Inference;
using QureHost.Testing;

namespace QureHost.Onnx.Tests;

/// <summary>Ports read from the bytes against those that ONNX Runtime tells of the same file.</summary>
public sealed class GraphPortsTests
{
    public static TheoryData<string> Models =>
    [
        .. new[] { "tests/models/double", "tests/models/half", "tests/models/brightness", "tests/models/long", "models/chest-xray", "models/chest-xray-anatomy" },
    ];

    [Theory]
    [MemberData(nameof(Models))]
    public void Inputs_and_outputs_are_those_that_ONNX_Runtime_tells(string model)
    {
        var bytes = File.ReadAllBytes(Path.Combine(SharedData.RepositoryRoot, model, "model.onnx"));
        using var session = OnnxSession.Load(bytes, model, Accelerator.Cpu);

        var ports = GraphPorts.Read(bytes);

        AssertSame(session, ports);
    }

    [Fact]
    public void A_card_says_of_a_free_extent_what_ONNX_Runtime_works_out()
    {
        var folder = ModelFolder.Open(Path.Combine(SharedData.RepositoryRoot, "models", "chest-xray-anatomy"));
        using var session = OnnxSession.Load(folder, Accelerator.Cpu);

        var ports = GraphPorts.Read(folder.ReadWeights()).With(folder.Card);

        Assert.Equal(session.Outputs.Select(p => p.ToString()), ports.Outputs.Select(p => p.ToString()));
    }

    [Fact]
    public void Models_from_elsewhere_are_read_as_ONNX_Runtime_reads_them()
    {
        Assert.SkipUnless(SharedData.IsPresent, SharedData.Absent);
        var files = Directory.GetFiles(SharedData.At("models"), "*.onnx", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            using var session = OnnxSession.Load(bytes, Path.GetFileName(file), Accelerator.Cpu);

            var ports = GraphPorts.Read(bytes);

            AssertSame(session, ports);
        }
    }

    [Fact]
    public void A_type_that_products_cannot_be_given_is_refused() =>
        Assert.Throws<ModelUnavailableException>(() => GraphPorts.Read(Bytes("boolean")));

    [Fact]
    public void A_model_cut_at_any_byte_is_read_or_refused_and_nothing_else()
    {
        var whole = Bytes("double");
        for (var length = 0; length < whole.Length; length++)
        {
            try
            {
                GraphPorts.Read(whole.AsSpan(0, length));
            }
            catch (ModelUnavailableException)
            {
            }
        }

        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var changed = (byte[])whole.Clone();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                GraphPorts.Read(changed);
            }
            catch (ModelUnavailableException)
            {
            }
        }
    }

    [Fact]
    public void A_model_stands_in_for_itself_and_not_for_another()
    {
        var (twice, mean) = (GraphPorts.Read(Bytes("double")), GraphPorts.Read(Bytes("brightness")));

        Assert.Empty(twice.ProblemsAsReplacementOf(twice));
        Assert.Equal(
            ["Input 1 must be image: float32 [any, 1, any, any]; it is x: float32 [any, 4].", "Output 1 must be mean: float32 [any]; it is y: float32 [any, 4]."],
            twice.ProblemsAsReplacementOf(mean));
    }

    // ONNX Runtime works out extents that the file leaves free; all that the file states must be the same.
    private static void AssertSame(OnnxSession session, GraphPorts ports)
    {
        foreach (var (told, read) in session.Inputs.Zip(ports.Inputs).Concat(session.Outputs.Zip(ports.Outputs)))
        {
            Assert.Equal((told.Name, told.Type, told.Shape.Count), (read.Name, read.Type, read.Shape.Count));
            Assert.All(told.Shape.Zip(read.Shape), e => Assert.True(e.First == e.Second || e.Second < 0, $"{told} is read as {read}"));
        }

        Assert.Equal((session.Inputs.Count, session.Outputs.Count), (ports.Inputs.Count, ports.Outputs.Count));
    }

    private static byte[] Bytes(string model) => File.ReadAllBytes(Path.Combine(SharedData.RepositoryRoot, "tests", "models", model, "model.onnx"));
}
