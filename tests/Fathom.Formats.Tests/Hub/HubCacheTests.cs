using Fathom.Formats.Hub;

namespace Fathom.Formats.Tests.Hub;

public sealed class HubCacheTests : IDisposable
{
    private const string First = "1111111111111111111111111111111111111111";
    private const string Second = "2222222222222222222222222222222222222222";
    private static readonly HubModelName Model = HubModelName.Parse("org/name");
    private readonly TempFolder _folder = new();
    private readonly HubCache _cache;

    public HubCacheTests()
    {
        _cache = new HubCache(_folder);

        // As the Python client leaves it: two commits that share a file.
        var shared = Blob("one", 'a');
        var old = Blob("two", 'b');
        var current = Blob("three", 'c');
        Link(First, "config.json", shared);
        Link(First, "model.safetensors", old);
        Link(Second, "config.json", shared);
        Link(Second, "sub/model.safetensors", current);
        Reference("main", Second);
        Reference("v1", First);
        Reference("refs/pr/1", First);
        Directory.CreateDirectory(Path.Combine(_folder["models--org--name"], ".no_exist", First));
        _folder.Write("models--org--name/blobs/x.incomplete", "half");
    }

    private string Repository => _folder["models--org--name"];

    [Fact]
    public void NamesAreFound()
    {
        Assert.EndsWith(Second, _cache.Find(Model), StringComparison.Ordinal);
        Assert.EndsWith(First, _cache.Find(Model with { Revision = "v1" }), StringComparison.Ordinal);
        Assert.EndsWith(First, _cache.Find(Model with { Revision = "refs/pr/1" }), StringComparison.Ordinal);
        Assert.EndsWith(First, _cache.Find(Model with { Revision = First }), StringComparison.Ordinal);
        Assert.Contains("'v1'", Assert.Throws<FathomException>(() => _cache.Find(Model with { Revision = "v2" })).Message, StringComparison.Ordinal);
        Assert.Contains("fathom model pull other/name", Assert.Throws<FathomException>(() => _cache.Find(HubModelName.Parse("other/name"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AReferenceCannotLeadOutOfTheCache()
    {
        Reference("evil", "../../../../..");
        Assert.False(_cache.TryFind(Model with { Revision = "evil" }, out _));
    }

    [Fact]
    public void ModelsAreListed()
    {
        var model = Assert.Single(_cache.List());
        Assert.Equal(("org/name", 11L, 4L), (model.Id, model.Bytes, model.IncompleteBytes));
        Assert.Equal([First, Second], model.Snapshots.Select(snapshot => snapshot.Commit));
        Assert.Equal(["refs/pr/1", "v1"], model.Snapshots[0].Revisions);
        Assert.Equal((2, 8L), (model.Snapshots[1].Files, model.Snapshots[1].Bytes));
        Assert.Empty(new HubCache(_folder["nowhere"]).List());
    }

    [Fact]
    public void ARevisionGoesAndWhatOthersNeedStays()
    {
        // Another name stands for the same commit: only the name goes.
        Assert.Equal(0, _cache.Remove(Model with { Revision = "v1" }));
        Assert.False(_cache.TryFind(Model with { Revision = "v1" }, out _));
        Assert.True(_cache.TryFind(Model with { Revision = "refs/pr/1" }, out _));
        Assert.Equal(3, _cache.Remove(Model with { Revision = "refs/pr/1" }));
        Assert.False(_cache.TryFind(Model with { Revision = First }, out _));
        var left = _cache.Find(Model);
        Assert.Equal("one", File.ReadAllText(Path.Combine(left, "config.json")));
        Assert.Equal("three", File.ReadAllText(Path.Combine(left, "sub/model.safetensors")));
        Assert.Equal(3 + 5 + 4 + Second.Length, _cache.Remove(Model));
        Assert.False(Directory.Exists(Repository));
        Assert.Throws<FathomException>(() => _cache.Remove(Model));
    }

    [Fact]
    public void TheLastRevisionTakesTheModelWithIt()
    {
        _cache.Remove(Model with { Revision = First });
        Assert.False(_cache.TryFind(Model with { Revision = "v1" }, out _));
        _cache.Remove(Model with { Revision = "main" });
        Assert.False(Directory.Exists(Repository));
    }

    [Fact]
    public void RemovalFollowsNoLinkOutOfTheCache()
    {
        var precious = _folder.Write("precious", "x");
        File.CreateSymbolicLink(Path.Combine(Repository, "snapshots", First, "link"), precious);
        _cache.Remove(Model with { Revision = First });
        _cache.Remove(Model);
        Assert.Equal("x", File.ReadAllText(precious));
    }

    [Fact]
    public void ALostBlobIsDamage()
    {
        File.Delete(Path.Combine(Repository, "blobs", new string('c', 64)));
        var checks = HubCache.Verify(_cache.Find(Model));
        Assert.False(checks.Single(check => check.Path == "sub/model.safetensors").Passed);
        Assert.True(HubCache.IsSnapshot(_cache.Find(Model)));
        Assert.False(HubCache.IsSnapshot(_folder));
        Assert.Equal(("org/name", null), (HubCache.NameOf(_cache.Find(Model) + "/"), HubCache.NameOf(_folder)));
    }

    public void Dispose() => _folder.Dispose();

    // Not the content's own hash: only the tests of downloads need that.
    private string Blob(string content, char digit)
    {
        Directory.CreateDirectory(Path.Combine(Repository, "blobs"));
        var name = new string(digit, 64);
        File.WriteAllText(Path.Combine(Repository, "blobs", name), content);
        return name;
    }

    private void Link(string commit, string path, string blob)
    {
        var pointer = Path.Combine(Repository, "snapshots", commit, path);
        Directory.CreateDirectory(Path.GetDirectoryName(pointer)!);
        File.CreateSymbolicLink(pointer, Path.GetRelativePath(Path.GetDirectoryName(pointer)!, Path.Combine(Repository, "blobs", blob)));
    }

    private void Reference(string name, string commit)
    {
        var path = Path.Combine(Repository, "refs", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, commit);
    }
}
