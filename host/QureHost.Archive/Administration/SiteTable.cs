using Dapper;

namespace QureHost.Archive;

/// <summary>Sites and what each decided about the products. Sites are few and asked for at every request: kept in memory.</summary>
public sealed class SiteTable
{
    private readonly Database database;
    private volatile IReadOnlyDictionary<string, Site> sites;
    private volatile IReadOnlyDictionary<(string Site, string Product, string Model), SiteModel> models;

    internal SiteTable(Database database)
    {
        this.database = database;
        sites = Load();
        models = LoadModels();
    }

    public IReadOnlyList<Site> List() => [.. sites.Values];

    public Site? Get(string id) => sites.GetValueOrDefault(id);

    /// <summary>The site that an AE title belongs to.</summary>
    public Site? FindByAeTitle(string aeTitle) => sites.Values.FirstOrDefault(s => s.AeTitles.Contains(aeTitle));

    /// <exception cref="ArchiveException">The id cannot be a site's, or an AE title belongs to another site.</exception>
    public async Task PutAsync(Site site, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(site);
        if (!IsId(site.Id))
            throw new ArchiveException(ArchiveError.Invalid, "A site's id is 1 to 32 characters of a-z, 0-9 and '-'.");
        await database.WriteAsync(
            scope =>
            {
                foreach (var other in Load(scope.Connection).Values.Where(s => s.Id != site.Id))
                {
                    if (other.AeTitles.Intersect(site.AeTitles).FirstOrDefault() is { } taken)
                        throw new ArchiveException(ArchiveError.Invalid, $"AE title {taken} belongs to site '{other.Id}'.");
                }

                return scope.Execute(
                    "INSERT INTO site (id, name, ae_titles, addresses) VALUES (@Id, @Name, @AeTitles, @Addresses) "
                    + "ON CONFLICT (id) DO UPDATE SET name = excluded.name, ae_titles = excluded.ae_titles, addresses = excluded.addresses",
                    new { site.Id, site.Name, AeTitles = Lists.Join(site.AeTitles), Addresses = Lists.Join(site.Addresses) });
            },
            ct).ConfigureAwait(false);
        sites = Load();
    }

    /// <summary>Deletes a site that holds no study; the default site stays. False where it is not there.</summary>
    /// <exception cref="ArchiveException">The site holds studies, or is the default one.</exception>
    public async Task<bool> DeleteAsync(string id, CancellationToken ct)
    {
        if (id == ArchiveStore.DefaultSite)
            throw new ArchiveException(ArchiveError.Invalid, "The default site stays.");
        var gone = await database.WriteAsync(
            scope =>
            {
                if (scope.QuerySingle<long>("SELECT count(*) FROM (SELECT 1 FROM study WHERE site = @id LIMIT 1)", new { id }) > 0)
                    throw new ArchiveException(ArchiveError.Invalid, $"Site '{id}' holds studies; delete or move them first.");
                scope.Execute("DELETE FROM site_product WHERE site = @id", new { id });
                scope.Execute("DELETE FROM site_model WHERE site = @id", new { id });
                scope.Execute("DELETE FROM api_key WHERE site = @id", new { id });
                return scope.Execute("DELETE FROM site WHERE id = @id", new { id }) > 0;
            },
            ct).ConfigureAwait(false);
        sites = Load();
        models = LoadModels();
        return gone;
    }

    public IReadOnlyList<SiteProduct> ListProducts(string site) =>
        database.Read(c => c.Sqlite.Query<ProductRow>(SelectProduct + "WHERE site = @site ORDER BY product", new { site }).Select(r => r.ToProduct()).ToList());

    /// <summary>What the site decided; null where it decided nothing yet.</summary>
    public SiteProduct? GetProduct(string site, string product) =>
        database.Read(c => c.Sqlite.QueryFirstOrDefault<ProductRow>(SelectProduct + "WHERE site = @site AND product = @product", new { site, product })?.ToProduct());

    public Task PutProductAsync(SiteProduct product, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(product);
        if (Get(product.Site) is null)
            throw new ArchiveException(ArchiveError.NotFound, $"There is no site '{product.Site}'.");
        return database.WriteAsync(
            scope => scope.Execute(
                "INSERT INTO site_product (site, product, enabled, lane, deadline_seconds, settings) VALUES (@Site, @Product, @Enabled, @Lane, @DeadlineSeconds, @Settings) "
                + "ON CONFLICT (site, product) DO UPDATE SET enabled = excluded.enabled, lane = excluded.lane, deadline_seconds = excluded.deadline_seconds, settings = excluded.settings",
                new { product.Site, product.Product, product.Enabled, Lane = (int?)product.Lane, product.DeadlineSeconds, product.Settings }),
            ct);
    }

    /// <summary>All models that sites exchanged.</summary>
    public IReadOnlyCollection<SiteModel> ListModels() => [.. models.Values];

    /// <summary>The model that a site runs in place of another; null where it keeps the product's own.</summary>
    public SiteModel? GetModel(string site, string product, string model) => models.GetValueOrDefault((site, product, model));

    /// <exception cref="ArchiveException">There is no such site.</exception>
    public async Task PutModelAsync(SiteModel model, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (Get(model.Site) is null)
            throw new ArchiveException(ArchiveError.NotFound, $"There is no site '{model.Site}'.");
        await database.WriteAsync(
            scope => scope.Execute(
                "INSERT INTO site_model (site, product, model, replacement, sha256) VALUES (@Site, @Product, @Model, @Replacement, @Sha256) "
                + "ON CONFLICT (site, product, model) DO UPDATE SET replacement = excluded.replacement, sha256 = excluded.sha256",
                model),
            ct).ConfigureAwait(false);
        models = LoadModels();
    }

    /// <summary>Back to the product's own model; false where the site had none other.</summary>
    public async Task<bool> DeleteModelAsync(string site, string product, string model, CancellationToken ct)
    {
        var gone = await database.WriteAsync(
            scope => scope.Execute("DELETE FROM site_model WHERE site = @site AND product = @product AND model = @model", new { site, product, model }) > 0,
            ct).ConfigureAwait(false);
        models = LoadModels();
        return gone;
    }

    /// <summary>Safe as a folder's name and in a URL.</summary>
    internal static bool IsId(string id) => id.Length is > 0 and <= 32 && !id.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789-");

    private const string SelectProduct =
        "SELECT site AS Site, product AS Product, enabled AS Enabled, lane AS Lane, deadline_seconds AS DeadlineSeconds, settings AS Settings FROM site_product ";

    private Dictionary<string, Site> Load() => database.Read(Load);

    private Dictionary<(string Site, string Product, string Model), SiteModel> LoadModels() => database.Read(c => c.Sqlite
        .Query<SiteModel>("SELECT site AS Site, product AS Product, model AS Model, replacement AS Replacement, sha256 AS Sha256 FROM site_model ORDER BY site, product, model")
        .ToDictionary(m => (m.Site, m.Product, m.Model)));

    private static Dictionary<string, Site> Load(Connection connection) => connection.Sqlite
        .Query<SiteRecord>("SELECT id AS Id, name AS Name, ae_titles AS AeTitles, addresses AS Addresses FROM site ORDER BY id")
        .ToDictionary(r => r.Id, r => new Site { Id = r.Id, Name = r.Name, AeTitles = Lists.Split(r.AeTitles), Addresses = Lists.Split(r.Addresses) });

    private sealed class SiteRecord
    {
        public string Id { get; set; } = "";

        public string Name { get; set; } = "";

        public string AeTitles { get; set; } = "";

        public string Addresses { get; set; } = "";
    }

    private sealed class ProductRow
    {
        public string Site { get; set; } = "";

        public string Product { get; set; } = "";

        public long Enabled { get; set; }

        public int? Lane { get; set; }

        public int? DeadlineSeconds { get; set; }

        public string Settings { get; set; } = "";

        public SiteProduct ToProduct() => new()
        {
            Site = Site,
            Product = Product,
            Enabled = Enabled != 0,
            Lane = (JobLane?)Lane,
            DeadlineSeconds = DeadlineSeconds,
            Settings = Settings,
        };
    }
}
