using System.Xml.Linq;
using QureHost.Testing;

namespace QureHost.Simulation.Tests;

public sealed class ScenarioTests
{
    private static readonly string Example = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "host", "QureHost.Simulation", "examples", "one-gpu-hospital.json"));

    [Fact]
    public void The_example_scenario_runs_and_its_stat_jobs_are_never_missed_though_a_device_is_lost()
    {
        var scenario = ScenarioReader.Read(Example);

        var report = ScenarioReport.Of(scenario, VirtualMachine.Run(ScenarioWorkload.Of(scenario), Policies.Lanes, timeline: true));

        var stat = report.Lanes[0];
        Assert.Equal(("Stat", 0), (stat.Name, stat.Missed));
        Assert.InRange(stat.Jobs, 100, 220);                       // twenty an hour for eight hours
        Assert.InRange(report.Devices[0].BusyShare, .3, 1);
        Assert.Equal(report.Lanes.Sum(l => l.Jobs), report.Products.Sum(p => p.Jobs));
    }

    [Fact]
    public void Recorded_arrivals_are_played_as_they_were_and_a_job_alone_takes_its_own_time()
    {
        var scenario = ScenarioReader.Read("""
            { "hours": 1, "noise": 0, "devices": [{ "name": "cpu", "memoryMb": 1000 }],
              "models": [{ "name": "m", "seconds": { "cpu": 2 } }],
              "products": [{ "id": "p", "model": "m", "calls": 3, "cpuSeconds": 1, "arrivals": [100, 200, 201] }] }
            """);

        var run = VirtualMachine.Run(ScenarioWorkload.Of(scenario), Policies.Lanes);

        // 1 s of its own and three calls of 2 s; the one that comes a second later shares the device.
        Assert.Equal(7, run.Jobs[0].LatencySeconds, 6);
        Assert.Equal(213, run.Jobs[^1].At.TotalSeconds, 6);
    }

    [Theory]
    [InlineData("", "cannot be read")]
    [InlineData("null", "no object")]
    [InlineData("""{"devices":null}""", "list is null")]
    [InlineData("""{"hours":1e9,"devices":[{"name":"a"}]}""", "hours is above 0")]
    [InlineData("""{"devices":[{"name":"a"}],"models":[{"name":"m"}],"products":[{"id":"p","model":"m","perHour":1}]}""", "says nothing of cpu")]
    [InlineData("""{"devices":[{"name":"a"}],"products":[{"id":"p","model":"nowhere","perHour":1}]}""", "no model here")]
    [InlineData("""{"devices":[{"name":"a"}],"models":[{"name":"m","seconds":{"cpu":1}}],"products":[{"id":"p","model":"m","calls":99999,"perHour":99999}]}""", "5,000,000")]
    [InlineData("""{"devices":[{"name":"a"}]}""", "No enabled product")]
    public void A_scenario_that_cannot_be_simulated_says_why(string json, string why) =>
        Assert.Contains(why, Assert.Throws<ScenarioException>(() => ScenarioReader.Read(json)).Message);

    [Fact]
    public void A_scenario_survives_being_written()
    {
        var scenario = ScenarioReader.Read(Example);

        Assert.Equal(ScenarioReader.Write(scenario), ScenarioReader.Write(ScenarioReader.Read(ScenarioReader.Write(scenario))));
    }

    [Fact]
    public void The_picture_is_well_formed_and_says_in_words_what_it_shows()
    {
        var scenario = ScenarioReader.Read(Example) with { Name = "<&\"", Hours = 1 };
        var run = VirtualMachine.Run(ScenarioWorkload.Of(scenario with { Outages = [] }), Policies.Lanes, timeline: true);

        var svg = XDocument.Parse(TimelinePicture.Svg(scenario, run)).Root!;

        Assert.Equal("img", svg.Attribute("role")!.Value);
        Assert.Contains("<&\"", svg.Elements().First(e => e.Name.LocalName == "title").Value);
        Assert.Contains("Stat:", svg.Elements().First(e => e.Name.LocalName == "desc").Value);
        Assert.Contains(svg.Elements(), e => e.Name.LocalName == "text" && e.Value == "GPU 0");
    }

    [Fact]
    public void A_faster_kind_of_device_makes_the_same_day_shorter()
    {
        string Of(string kind) => $$"""
            { "hours": 1, "devices": [{ "name": "d", "kind": "{{kind}}" }], "models": [{ "name": "m", "seconds": { "cpu": 3, "cuda": 0.3 } }],
              "products": [{ "id": "p", "model": "m", "perHour": 900 }] }
            """;
        double Busy(string kind) => VirtualMachine.Run(ScenarioWorkload.Of(ScenarioReader.Read(Of(kind))), Policies.Lanes).BusySeconds;

        Assert.Equal(10, Busy("cpu") / Busy("cuda"), 3);
    }
}
