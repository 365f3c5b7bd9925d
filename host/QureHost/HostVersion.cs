using System.Reflection;

namespace QureHost;

/// <summary>The version that results and pages name.</summary>
internal static class HostVersion
{
    public static string Text { get; } = typeof(HostVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}
