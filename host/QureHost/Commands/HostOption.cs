using System.CommandLine;

namespace QureHost.Commands;

/// <summary><c>--host URL</c>: the running host that a command talks to.</summary>
internal static class HostOption
{
    public static Option<Uri> Create() => new("--host")
    {
        Description = "Address of the running host",
        DefaultValueFactory = _ => new Uri("http://127.0.0.1:5000"),
        CustomParser = static result =>
        {
            var text = result.Tokens is [var token] ? token.Value : "";
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
            {
                return uri;
            }

            result.AddError($"--host takes an address such as http://127.0.0.1:5000, and '{text}' is none.");
            return null;
        },
    };
}
