using System.Diagnostics;

namespace QureHost.Dicom.Tests;

/// <summary>Programs of other makers that say what is right: pydicom, dcmtk, gdcm.</summary>
internal static class Tool
{
    private static readonly Dictionary<string, bool> Present = [];

    /// <summary>Skips the test where the program (or a Python package) is not installed.</summary>
    public static void Require(string program, params string[] pythonModules)
    {
        bool present;
        lock (Present)
        {
            var key = program + string.Join(',', pythonModules);
            if (!Present.TryGetValue(key, out present))
            {
                present = Array.Exists((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), p => File.Exists(Path.Combine(p, program)))
                    && (pythonModules.Length == 0 || Run(program, "-c", "import " + string.Join(',', pythonModules)).ExitCode == 0);
                Present[key] = present;
            }
        }

        Assert.SkipUnless(present, $"{program} {string.Join(' ', pythonModules)} is not installed: the test needs it as its oracle");
    }

    public static string Python => File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    public static (int ExitCode, string Output) Run(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
