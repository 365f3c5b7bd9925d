using System.Diagnostics;
using QureHost.Plugins.ChestXray.Tests.Fakes;
using QureHost.Sdk.Inference;
using QureHost.Testing;

namespace QureHost.Plugins.ChestXray.Tests;

public sealed class ModelTimes
{
    private const int Films = 31;

    /// <summary>
    /// Not a check but a measurement, run by hand on a quiet machine: what both models take for one film with nothing
    /// around them, and what the product takes with its own arithmetic. Films come a second apart, so that caches are as
    /// cold as between a hospital's films. What the host adds is the time from STOW to the first finding less the first.
    /// </summary>
    [Fact(Explicit = true)]
    public async Task Measure_what_the_models_take_for_a_film()
    {
        var (anatomy, classifier) = (RepositoryModel.Open("chest-xray-anatomy"), RepositoryModel.Open("chest-xray"));
        using var outline = await Filled(anatomy, [2, 1, 128, 128]);
        using var film = await Filled(classifier, [4, 1, 256, 256]);
        await MeasureAsync("models", async () =>
        {
            await anatomy.RunAsync([outline], TestContext.Current.CancellationToken);
            await classifier.RunAsync([film], TestContext.Current.CancellationToken);
        });
        var sample = FakeFilm.Sample(Path.Combine(SharedData.RepositoryRoot, "tests", "samples", "chest-xray", "effusion.dcm"));
        await MeasureAsync("product", () => FakeRun.OfAsync(new FakeStudy(sample)));
    }

    private static async Task MeasureAsync(string what, Func<Task> run)
    {
        var times = new List<double>();
        for (var i = 0; i < Films; i++)
        {
            await Task.Delay(1000, TestContext.Current.CancellationToken);
            var clock = Stopwatch.StartNew();
            await run();
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        var first = times[0];
        times.Sort();
        TestContext.Current.TestOutputHelper!.WriteLine($"{what}: median {times[Films / 2]:F0} ms, first {first:F0} ms, fastest {times[0]:F0} ms, slowest {times[^1]:F0} ms of {Films}");
    }

    private static async Task<ITensor> Filled(RepositoryModel model, int[] shape)
    {
        var tensor = await model.RentAsync(model.Inputs[0].Name, shape, TestContext.Current.CancellationToken);
        var values = tensor.Span<float>();
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = i * 31 % 256 / 255f;
        }

        return tensor;
    }
}
