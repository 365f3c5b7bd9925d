using System.Diagnostics;
using System.Globalization;

namespace QureHost.Processes;

/// <summary>The memory that is a process's own: not what it maps of others', such as shared blocks or programs.</summary>
internal static class ChildMemory
{
    /// <summary>Private bytes, resident or swapped out; 0 where the process is gone.</summary>
    public static long PrivateBytes(Process process)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
            {
                process.Refresh();
                return process.PrivateMemorySize64;
            }

            long sum = 0;
            foreach (var line in File.ReadLines($"/proc/{process.Id}/status"))
            {
                if (line.StartsWith("RssAnon:", StringComparison.Ordinal) || line.StartsWith("VmSwap:", StringComparison.Ordinal))
                {
                    sum += long.Parse(line.AsSpan(line.IndexOf(':') + 1).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) << 10;
                }
            }

            return sum;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return 0;
        }
    }
}
