using System.Diagnostics;

namespace QureHost.Testing;

/// <summary>A command of another maker that serves as an oracle: dcmtk, dicom3tools, gdcm.</summary>
public static class OutsideTool
{
    /// <summary>Full path of a command in PATH, or null.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);

    /// <summary>Why a test that needs the command is skipped.</summary>
    public static string Absent(string name, string package) => $"{name} is not installed (Debian package {package})";

    /// <summary>Runs a command to its end.</summary>
    /// <returns>Exit code, and standard output and error together.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(string name, IEnumerable<string> arguments, CancellationToken ct = default, string? folder = null)
    {
        var start = new ProcessStartInfo(Find(name) ?? throw new InvalidOperationException($"{name} is not in PATH."), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(ct);
            var error = process.StandardError.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            return (process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
