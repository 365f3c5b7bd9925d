using Dapper;

namespace QureHost.Archive;

/// <summary>Keys of machines.</summary>
public sealed class KeyTable
{
    private const string Select = "SELECT id AS Id, name AS Name, hash AS Hash, site AS Site, roles AS Roles, created_at AS CreatedAt FROM api_key ";
    private readonly Database database;

    internal KeyTable(Database database) => this.database = database;

    public IReadOnlyList<ApiKey> List() => database.Read(c => c.Sqlite.Query<Row>(Select + "ORDER BY site, name").Select(r => r.ToKey()).ToList());

    public ApiKey? Get(string id) => database.Read(c => c.Sqlite.QueryFirstOrDefault<Row>(Select + "WHERE id = @id", new { id })?.ToKey());

    /// <summary>Keeps a key; the time it was made is set here.</summary>
    public Task PutAsync(ApiKey key, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(key);
        return database.WriteAsync(
            scope => scope.Execute(
                "INSERT INTO api_key (id, name, hash, site, roles, created_at) VALUES (@Id, @Name, @Hash, @Site, @Roles, @NowMs) "
                + "ON CONFLICT (id) DO UPDATE SET name = excluded.name, hash = excluded.hash, site = excluded.site, roles = excluded.roles",
                new { key.Id, key.Name, key.Hash, key.Site, Roles = Lists.Join(key.Roles), scope.NowMs }),
            ct);
    }

    public Task<bool> DeleteAsync(string id, CancellationToken ct) =>
        database.WriteAsync(scope => scope.Execute("DELETE FROM api_key WHERE id = @id", new { id }) > 0, ct);

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public string Name { get; set; } = "";

        public string Hash { get; set; } = "";

        public string Site { get; set; } = "";

        public string Roles { get; set; } = "";

        public long CreatedAt { get; set; }

        public ApiKey ToKey() => new()
        {
            Id = Id,
            Name = Name,
            Hash = Hash,
            Site = Site,
            Roles = Lists.Split(Roles),
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        };
    }
}
