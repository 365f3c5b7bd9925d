namespace QureHost.Archive.Tests;

public sealed class AdministrationTests
{
    [Fact]
    public async Task Sites_products_users_and_keys_come_back_after_reopening()
    {
        await using var given = await Given.ArchiveAsync();
        await given.Archive.Sites.PutAsync(new Site { Id = "north", Name = "North", AeTitles = ["CT1", "MR1"], Addresses = ["10.0.0.0/8"] }, default);
        await given.Archive.Sites.PutProductAsync(new SiteProduct { Site = "north", Product = "chest-xray", Enabled = false, Lane = JobLane.Stat, DeadlineSeconds = 60, Settings = """{"t":1}""" }, default);
        await given.Archive.Users.PutAsync(new User { Name = "ann", PasswordHash = "h", Roles = ["reader", "admin"], Sites = ["north"] }, default);
        await given.Archive.Keys.PutAsync(new ApiKey { Id = "k1", Name = "ct", Hash = "h2", Site = "north", Roles = ["reader"] }, default);
        await given.ReopenAsync();

        Assert.Equal(["default", "north"], given.Archive.Sites.List().Select(s => s.Id));
        Assert.Equal(["CT1", "MR1"], given.Archive.Sites.FindByAeTitle("MR1")!.AeTitles);
        Assert.Equal(
            new SiteProduct { Site = "north", Product = "chest-xray", Enabled = false, Lane = JobLane.Stat, DeadlineSeconds = 60, Settings = """{"t":1}""" },
            Assert.Single(given.Archive.Sites.ListProducts("north")));
        Assert.Null(given.Archive.Sites.GetProduct("default", "chest-xray"));
        Assert.Equal(["reader", "admin"], given.Archive.Users.Get("ann")!.Roles);
        var key = given.Archive.Keys.Get("k1")!;
        Assert.Equal(("h2", given.Clock.GetUtcNow()), (key.Hash, key.CreatedAt));
        Assert.True(await given.Archive.Users.DeleteAsync("ann", default));
        Assert.False(await given.Archive.Users.DeleteAsync("ann", default));
        Assert.Empty(given.Archive.Users.List());
    }

    [Theory]
    [InlineData("")]
    [InlineData("../x")]
    [InlineData("North")]
    [InlineData("a/b")]
    [InlineData("abcdefghijklmnopqrstuvwxyzabcdefg")]
    public async Task A_site_id_that_could_not_be_a_folder_or_address_is_turned_away(string id)
    {
        await using var given = await Given.ArchiveAsync();

        var e = await Assert.ThrowsAsync<ArchiveException>(() => given.Archive.Sites.PutAsync(new Site { Id = id, Name = "x" }, default));

        Assert.Equal(ArchiveError.Invalid, e.Error);
    }

    [Fact]
    public async Task An_AE_title_belongs_to_one_site()
    {
        await using var given = await Given.ArchiveAsync();
        await given.Archive.Sites.PutAsync(new Site { Id = "a", Name = "A", AeTitles = ["CT1"] }, default);

        await Assert.ThrowsAsync<ArchiveException>(() => given.Archive.Sites.PutAsync(new Site { Id = "b", Name = "B", AeTitles = ["CT1"] }, default));
    }

    [Fact]
    public async Task A_site_with_studies_is_not_deleted()
    {
        await using var given = await Given.ArchiveAsync();
        await given.Archive.Sites.PutAsync(new Site { Id = "a", Name = "A" }, default);
        await given.IngestAsync("a", Make.Ct("1.2.3").Bytes());

        await Assert.ThrowsAsync<ArchiveException>(() => given.Archive.Sites.DeleteAsync("a", default));
        await given.Archive.Index.DeleteAsync("a", Make.Study, null, null, default);

        Assert.True(await given.Archive.Sites.DeleteAsync("a", default));
        Assert.Null(given.Archive.Sites.Get("a"));
    }

    [Fact]
    public async Task A_thousand_frames_of_one_study_are_one_audit_row_with_a_count()
    {
        await using var given = await Given.ArchiveAsync();
        var entry = new AuditEntry("ann", "default", "1.2", "frames");
        for (var i = 0; i < 1000; i++)
            await given.Archive.Audit.RecordAsync(entry, default);
        await given.Archive.Audit.RecordAsync(entry with { User = "bob" }, default);
        given.Clock.Advance(TimeSpan.FromMinutes(16));
        await given.Archive.Audit.RecordAsync(entry, default);
        await given.ReopenAsync();

        var rows = given.Archive.Audit.List(new AuditFilter { StudyUid = "1.2" });

        Assert.Equal([("ann", 1), ("bob", 1), ("ann", 1000)], rows.Select(r => (r.User, r.Count)));
        Assert.Single(given.Archive.Audit.List(new AuditFilter { User = "bob", Sites = ["default"] }));
        Assert.Empty(given.Archive.Audit.List(new AuditFilter { Sites = ["north"] }));
    }

    [Fact]
    public async Task Reports_decisions_and_alerts_are_kept_and_told_of()
    {
        await using var given = await Given.ArchiveAsync();
        var report = await given.Archive.Reports.AddAsync("default", "1.2", "No pneumothorax.", "CR", "api", default);
        var decision = await given.Archive.Decisions.AddAsync(
            new Decision { Id = "", Site = "default", StudyUid = "1.2", Product = "chest-xray", RunId = "r", ResultId = "f1", Kind = "reject", Comment = "skin fold", User = "ann", At = default }, default);
        var alert = await given.Archive.Alerts.RaiseAsync("default", "1.2", "r", "pneumothorax", "Pneumothorax, right", default);
        var same = await given.Archive.Alerts.RaiseAsync("default", "1.2", "r", "pneumothorax", "Pneumothorax, right", default);
        Assert.True(await given.Archive.Alerts.AcknowledgeAsync(alert.Id, "ann", default));
        Assert.False(await given.Archive.Alerts.AcknowledgeAsync(alert.Id, "bob", default));
        await given.ReopenAsync();

        Assert.Equal(report, Assert.Single(given.Archive.Reports.OfStudy("default", "1.2")));
        Assert.Equal(decision, Assert.Single(given.Archive.Decisions.OfStudy("default", "1.2")));
        Assert.Equal(alert.Id, same.Id);
        Assert.Equal("ann", Assert.Single(given.Archive.Alerts.OfStudy("default", "1.2")).AcknowledgedBy);
        Assert.Empty(given.Archive.Alerts.List("default", openOnly: true, 10));
        Assert.Single(given.Archive.Alerts.List("default", openOnly: false, 10));
        Assert.Equal(["report.added", "decision.made", "alert.raised", "alert.acknowledged"], given.Archive.Events.Read(0, EventFilter.All, 10).Select(e => e.Type));
    }
}
