using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using QureHost.Archive;

namespace QureHost.Access;

/// <summary>Passwords and API keys, hashed by the framework's own hasher.</summary>
internal sealed class Secrets(ArchiveStore archive, TimeProvider clock)
{
    private const string KeyPrefix = "qh_";
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);
    private readonly PasswordHasher<string> _hasher = new();
    private readonly ConcurrentDictionary<string, (DateTimeOffset Until, string Hash)> _verified = new();
    private readonly string _decoy = new PasswordHasher<string>().HashPassword("", Guid.NewGuid().ToString());

    public string Hash(string secret) => _hasher.HashPassword("", secret);

    /// <summary>The user, or null. An unknown name takes as long as a wrong password.</summary>
    public User? Login(string name, string password)
    {
        var user = archive.Users.Get(name);
        var verdict = _hasher.VerifyHashedPassword("", user?.PasswordHash ?? _decoy, password);
        return verdict == PasswordVerificationResult.Failed ? null : user;
    }

    /// <summary>A new key <c>qh_ID_SECRET</c>, shown once, and the row to keep.</summary>
    public (string Key, ApiKey Row) NewKey(string name, string site, IReadOnlyList<string> roles)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        return ($"{KeyPrefix}{id}_{secret}", new ApiKey { Id = id, Name = name, Site = site, Roles = roles, Hash = Hash(secret), CreatedAt = clock.GetUtcNow() });
    }

    /// <summary>The key's row, or null. A verified key is remembered for minutes, since the hasher is slow on purpose; a deleted one never passes.</summary>
    public ApiKey? Verify(string key)
    {
        var parts = key.Length <= 200 && key.StartsWith(KeyPrefix, StringComparison.Ordinal) ? key[KeyPrefix.Length..].Split('_') : [];
        if (parts.Length != 2 || archive.Keys.Get(parts[0]) is not { } row)
        {
            return null;
        }

        var digest = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        var now = clock.GetUtcNow();
        if (_verified.TryGetValue(digest, out var known) && known.Until > now && known.Hash == row.Hash)
        {
            return row;
        }

        if (_hasher.VerifyHashedPassword("", row.Hash, parts[1]) == PasswordVerificationResult.Failed)
        {
            return null;
        }

        if (_verified.Count > 1000)
        {
            _verified.Clear();
        }

        _verified[digest] = (now + Remembered, row.Hash);
        return row;
    }

    /// <summary>A password that a person can copy.</summary>
    public static string NewPassword() => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 20);
}
