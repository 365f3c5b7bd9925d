using Dapper;

namespace QureHost.Archive;

/// <summary>People who log in.</summary>
public sealed class UserTable
{
    private const string Select = "SELECT name AS Name, password_hash AS PasswordHash, roles AS Roles, sites AS Sites FROM user ";
    private readonly Database database;

    internal UserTable(Database database) => this.database = database;

    public IReadOnlyList<User> List() => database.Read(c => c.Sqlite.Query<Row>(Select + "ORDER BY name").Select(r => r.ToUser()).ToList());

    public User? Get(string name) => database.Read(c => c.Sqlite.QueryFirstOrDefault<Row>(Select + "WHERE name = @name", new { name })?.ToUser());

    public Task PutAsync(User user, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(user);
        return database.WriteAsync(
            scope => scope.Execute(
                "INSERT OR REPLACE INTO user (name, password_hash, roles, sites) VALUES (@Name, @PasswordHash, @Roles, @Sites)",
                new { user.Name, user.PasswordHash, Roles = Lists.Join(user.Roles), Sites = Lists.Join(user.Sites) }),
            ct);
    }

    public Task<bool> DeleteAsync(string name, CancellationToken ct) =>
        database.WriteAsync(scope => scope.Execute("DELETE FROM user WHERE name = @name", new { name }) > 0, ct);

    private sealed class Row
    {
        public string Name { get; set; } = "";

        public string PasswordHash { get; set; } = "";

        public string Roles { get; set; } = "";

        public string Sites { get; set; } = "";

        public User ToUser() => new() { Name = Name, PasswordHash = PasswordHash, Roles = Lists.Split(Roles), Sites = Lists.Split(Sites) };
    }
}
