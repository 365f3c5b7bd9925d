using System.Text.Json;
using System.Text.Json.Serialization;

namespace QureHost.Simulation;

/// <summary>A <c>scenario.json</c> that cannot be simulated; the message says all that is wrong.</summary>
public sealed class ScenarioException(string message) : Exception(message);

/// <summary>Scenarios as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Scenario))]
[JsonSerializable(typeof(ScenarioReport[]))]
public sealed partial class ScenarioJson : JsonSerializerContext;

/// <summary>Reads a scenario and says all that is wrong with it at once.</summary>
public static class ScenarioReader
{
    /// <summary>Larger files are refused.</summary>
    public const long LargestBytes = 64 << 20;

    /// <exception cref="ScenarioException">It is not one.</exception>
    public static Scenario Read(string json)
    {
        Scenario? scenario;
        try
        {
            scenario = JsonSerializer.Deserialize(json, ScenarioJson.Default.Scenario);
        }
        catch (JsonException e)
        {
            throw new ScenarioException($"The scenario cannot be read: {e.Message}");
        }

        var problems = scenario is null ? ["It holds no object."] : Problems(scenario);
        return problems.Count == 0 ? scenario! : throw new ScenarioException("The scenario cannot be simulated: " + string.Join(" ", problems));
    }

    public static string Write(Scenario scenario) => JsonSerializer.Serialize(scenario, ScenarioJson.Default.Scenario);

    private static List<string> Problems(Scenario s)
    {
        var problems = new List<string>();
        void Rule(bool holds, string otherwise)
        {
            if (!holds)
            {
                problems.Add(otherwise);
            }
        }

        if (s.Devices is null || s.Models is null || s.Products is null || s.Policy is null || s.Outages is null
            || s.Devices.Contains(null!) || s.Models.Contains(null!) || s.Products.Contains(null!) || s.Models.Any(m => m.Seconds is null))
        {
            return ["A list is null: leave it out, or write []."];
        }

        Rule(s.Hours is > 0 and <= 24 * 31, "hours is above 0 and at most 744.");
        Rule(s.Noise is >= 0 and < 1, "noise is from 0 to below 1.");
        Rule(s.Devices.Count is > 0 and <= 64, "There is at least one device, and 64 at most.");
        Rule(s.Devices.Select(d => d.Name).Distinct().Count() == s.Devices.Count, "Two devices have one name.");
        Rule(s.Models.Select(m => m.Name).Distinct().Count() == s.Models.Count, "Two models have one name.");
        foreach (var d in s.Devices)
        {
            Rule(d.MemoryMb is > 0 and < 1 << 30, $"Device '{d.Name}': memoryMb is above 0.");
        }

        foreach (var m in s.Models)
        {
            Rule(m.MemoryMb is > 0 and < 1 << 30 && m.LoadSeconds is >= 0 and < 3600, $"Model '{m.Name}': memoryMb is above 0 and loadSeconds from 0 to 3600.");
            Rule(m.MaxBatch is >= 1 and <= 1024 && m.BatchGain is >= 0 and < 1, $"Model '{m.Name}': maxBatch is from 1 to 1024 and batchGain from 0 to below 1.");
            foreach (var kind in s.Devices.Select(d => d.Kind).Distinct())
            {
                Rule(m.Seconds.TryGetValue(kind, out var seconds) && seconds is > 0 and < 3600, $"Model '{m.Name}': seconds says nothing of {kind}.");
            }
        }

        foreach (var p in s.Products)
        {
            Rule(p.Model is null || s.Models.Any(m => m.Name == p.Model), $"Product '{p.Id}' calls '{p.Model}', which is no model here.");
            Rule(p.DeadlineSeconds > 0 && double.IsFinite(p.DeadlineSeconds), $"Product '{p.Id}': deadlineSeconds is above 0.");
            Rule(p.Calls is > 0 and <= 100_000, $"Product '{p.Id}': calls is above 0 and at most 100,000.");
            Rule(p.CpuSeconds is >= 0 and < 86400, $"Product '{p.Id}': cpuSeconds is not below 0.");
            Rule(p.PerHour is >= 0 and <= 100_000, $"Product '{p.Id}': perHour is from 0 to 100,000.");
            Rule(p.Arrivals is null || p.Arrivals.All(a => a >= 0 && a <= s.Hours * 3600), $"Product '{p.Id}': an arrival is outside the hours.");
        }

        foreach (var o in s.Outages)
        {
            Rule(s.Devices.Any(d => d.Name == o.Device) && o.FromSeconds >= 0 && o.ForSeconds > 0, $"An outage names a device, fromSeconds and forSeconds: '{o.Device}' does not.");
        }

        var calls = s.Products.Where(p => p.Enabled && p.Model is not null).Sum(p => (p.Arrivals?.Count ?? (p.PerHour * s.Hours)) * p.Calls);
        Rule(calls <= 5_000_000, $"It makes some {calls:N0} calls of models; 5,000,000 are simulated at most: fewer hours?");
        Rule(calls > 0, "No enabled product with a model has arrivals.");
        return problems;
    }
}
