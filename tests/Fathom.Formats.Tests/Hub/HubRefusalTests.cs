using System.Text.Json.Nodes;
using Fathom.Formats.Hub;
using Fathom.Testing.Hub;
using Fathom.Testing.Mutation;

namespace Fathom.Formats.Tests.Hub;

/// <summary>Answers that mean no, and answers meant to do harm.</summary>
public sealed class HubRefusalTests : IDisposable
{
    private readonly HubBench _bench = new();

    [Theory]
    [InlineData(401, "RepoNotFound", null, "there is no such model")]
    [InlineData(401, "RepoNotFound", "t0", "wrong or expired")]
    [InlineData(401, null, null, "HF_TOKEN")]
    [InlineData(401, "GatedRepo", null, "is gated: accept its terms at")]
    [InlineData(403, "GatedRepo", "t0", "has not been let in")]
    [InlineData(403, null, null, "without an access token")]
    [InlineData(403, null, "t0", "to the account of your token")]
    [InlineData(404, "RevisionNotFound", null, "has no revision 'main'")]
    [InlineData(404, "RepoNotFound", null, "no such model or revision")]
    [InlineData(404, null, "t0", "your token may not see it")]
    [InlineData(410, null, null, "answers 410")]
    public async Task RefusalsSayWhatToDo(int status, string? code, string? token, string expected)
    {
        _bench.Settings = _bench.Settings with { Token = token };
        _bench.Server.Intercept = (_, _) => code is null ? FakeAnswer.Text(status, "{}") : FakeAnswer.Text(status, "{}", ("X-Error-Code", code));
        var message = await _bench.Refusal();
        Assert.Contains("some-org/small.model", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Single(_bench.Server.Requests);
        Assert.False(Directory.Exists(_bench.Settings.CacheFolder));
    }

    [Fact]
    public async Task AGatedFileSaysSoToo()
    {
        _bench.Server.Intercept = (request, answer) => request.Path.Contains("/resolve/", StringComparison.Ordinal) ? FakeAnswer.Text(403, "", ("X-Error-Code", "GatedRepo")) : answer;
        Assert.Contains("is gated", await _bench.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheTokenGoesToTheHubAndNowhereElse()
    {
        _bench.Settings = _bench.Settings with { Token = "hf_secret" };
        await _bench.Pull();
        Assert.All(_bench.Server.Requests.Where(request => !request.ToStore), request => Assert.Equal("Bearer hf_secret", request.Headers["authorization"]));
        Assert.NotEmpty(_bench.WeightRequests);
        Assert.All(_bench.WeightRequests, request => Assert.False(request.Headers.ContainsKey("authorization")));
        Assert.DoesNotContain("hf_secret", _bench.Settings.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file:///etc/passwd", "is not safe")]
    [InlineData("ftp://127.0.0.1/x", "is not safe")]
    [InlineData(null, "redirects to nowhere")]
    [InlineData("", "redirects more than")]
    public async Task RedirectsThatLeadAstrayAreRefused(string? location, string expected)
    {
        _bench.Server.Intercept = (request, answer) => !request.Path.StartsWith("/api/", StringComparison.Ordinal) ? answer
            : location is null ? FakeAnswer.Text(302, "") : FakeAnswer.Text(302, "", ("Location", location.Length == 0 ? request.Path : location));
        Assert.Contains(expected, await _bench.Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../../evil")]
    [InlineData("/etc/evil")]
    [InlineData("a/../../b")]
    [InlineData("a/./b")]
    [InlineData("a//b")]
    [InlineData("..\\evil")]
    [InlineData("C:/evil")]
    [InlineData("con.txt")]
    [InlineData("docs/LPT1")]
    [InlineData("a\u0000b")]
    [InlineData("line\nbreak")]
    [InlineData("evil.")]
    [InlineData("")]
    [InlineData("MODEL.SAFETENSORS")]
    public async Task NamesThatLeadAstrayAreRefused(string name)
    {
        _bench.Server.Intercept = (request, answer) => !request.Path.StartsWith("/api/", StringComparison.Ordinal) ? answer
            : FakeAnswer.Text(200, FakeHub.Describe(HubBench.Model.Id, [HubBench.Config, HubBench.Weights, new FakeFile(name, [1], Large: false)]).ToJsonString());
        var message = await _bench.Refusal();
        Assert.Contains("file", message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_bench.Settings.CacheFolder));
        Assert.Single(_bench.Server.Requests);
    }

    [Theory]
    [InlineData("sha", "\"main\"")]
    [InlineData("sha", "\"../../../../../../../../../../../../etc/x\"")]
    [InlineData("sha", "null")]
    [InlineData("siblings", "{}")]
    [InlineData("siblings", "[1]")]
    [InlineData("siblings", "[{\"rfilename\":\"a\",\"size\":-1}]")]
    [InlineData("siblings", "[{\"rfilename\":\"a\",\"size\":1e400}]")]
    [InlineData("siblings", "[{\"rfilename\":\"a\",\"size\":1,\"blobId\":\"../../x\"}]")]
    [InlineData("siblings", "[{\"rfilename\":\"a\",\"size\":1,\"lfs\":{\"sha256\":\"/etc/passwd\"}}]")]
    [InlineData("siblings", "[{\"rfilename\":\"\\ud800\"}]")]
    public void AnswersThatAreNotAHubsAreRefused(string key, string value)
    {
        var answer = FakeHub.Describe(HubBench.Model.Id, [HubBench.Config]);
        answer[key] = "MARK";
        var json = System.Text.Encoding.UTF8.GetBytes(answer.ToJsonString().Replace("\"MARK\"", value, StringComparison.Ordinal));
        Assert.Contains("some-org/small.model", Assert.Throws<FathomException>(() => HubAnswer.Parse(json, HubBench.Model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALoginPageIsNoAnswer()
    {
        _bench.Server.Intercept = (_, _) => FakeAnswer.Text(200, "<html>Welcome to the hotel</html>");
        Assert.Contains("not JSON", await _bench.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedAnswersAreReadOrRefused()
    {
        var answer = FakeHub.Describe(HubBench.Model.Id, [HubBench.Config, HubBench.Card, HubBench.Weights]);
        answer["tags"] = new JsonArray("a", 1, null, new JsonObject { ["deep"] = new JsonArray(new JsonArray()) });
        MutationRun.Of("hub answer", [System.Text.Encoding.UTF8.GetBytes(answer.ToJsonString())], bytes =>
        {
            var info = HubAnswer.Parse(bytes, HubBench.Model);
            Assert.Matches("^[0-9a-f]{40}$", info.Commit);
            Assert.All(info.Files, file => Assert.Null(HubFileName.WhyNot(file.Path)));
            Assert.All(info.Files, file => Assert.True(file.Hash is null or { Length: 40 or 64 }));
        });
    }

    public void Dispose() => _bench.Dispose();
}
