using QureHost.Access;
using QureHost.Archive;

namespace QureHost.Hosting;

/// <summary>What a data directory needs before the first caller.</summary>
internal static class Bootstrap
{
    /// <summary>Why these options cannot be served, or null.</summary>
    public static string? Refusal(ServeOptions options)
    {
        var urls = options.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (urls.Length == 0)
        {
            return "--urls names no address to listen on.";
        }

        if (options.Auth == AuthMode.None && urls.FirstOrDefault(u => !Loopback.IsUrl(u)) is { } open)
        {
            return $"Without logins the host listens on loopback only, and {open} is not. Use --auth local, or an address such as http://127.0.0.1:5000.";
        }

        return options.AeTitle.Trim().Length is 0 or > 16 ? "An AE title has 1 to 16 characters." : null;
    }

    /// <summary>The default site knows its AE title; with logins there is somebody who can log in.</summary>
    public static async Task PrepareAsync(ArchiveStore archive, Secrets secrets, ServeOptions options, CancellationToken ct)
    {
        if (archive.Sites.Get(ArchiveStore.DefaultSite) is null)
        {
            await archive.Sites.PutAsync(new Site { Id = ArchiveStore.DefaultSite, Name = "Default site", AeTitles = [options.AeTitle] }, ct);
        }

        if (options.Auth == AuthMode.Local && archive.Users.List().Count == 0)
        {
            var password = Secrets.NewPassword();
            await archive.Users.PutAsync(new User { Name = "admin", PasswordHash = secrets.Hash(password), Roles = [Roles.Admin, Roles.Reader], Sites = [Roles.AllSites] }, ct);
            var file = Path.Combine(options.DataDirectory, "first-password.txt");
            var secret = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                secret.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await using (var writer = new StreamWriter(file, secret))
            {
                await writer.WriteLineAsync(password);
            }

            Console.Error.WriteLine($"The first user is 'admin'; the password is in {file}. Change it, then delete the file.");
        }
    }
}
