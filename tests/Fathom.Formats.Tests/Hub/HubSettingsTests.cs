using Fathom.Formats.Hub;

namespace Fathom.Formats.Tests.Hub;

public sealed class HubSettingsTests
{
    [Theory]
    [InlineData("", "/home/u/.cache/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/x", "/x/huggingface/hub")]
    [InlineData("HF_HOME=/h", "/h/hub")]
    [InlineData("HF_HOME=~/h", "/home/u/h/hub")]
    [InlineData("HF_HOME=/h;HF_HUB_CACHE=/c", "/c")]
    [InlineData("HUGGINGFACE_HUB_CACHE=/old", "/old")]
    [InlineData("HUGGINGFACE_HUB_CACHE=/old;HF_HUB_CACHE=/c", "/c")]
    [InlineData("BIG=/disk;HF_HOME=$BIG/h", "/disk/h/hub")]
    [InlineData("BIG=/disk;HF_HUB_CACHE=${BIG}/c/$UNSET", "/disk/c/$UNSET")]
    public void TheCacheIsWhereThePythonClientHasIt(string variables, string expected) => Assert.Equal(expected, Of(variables).CacheFolder);

    [Theory]
    [InlineData("1", true)]
    [InlineData("true", true)]
    [InlineData("Yes", true)]
    [InlineData("on", true)]
    [InlineData("0", false)]
    [InlineData("no", false)]
    [InlineData("", false)]
    public void OfflineTakesTheSameWords(string value, bool expected) => Assert.Equal(expected, Of("HF_HUB_OFFLINE=" + value).Offline);

    [Theory]
    [InlineData("TRANSFORMERS_OFFLINE=1", true)]
    [InlineData("HF_HUB_OFFLINE=0;TRANSFORMERS_OFFLINE=1", false)]
    [InlineData("HF_HUB_OFFLINE=;TRANSFORMERS_OFFLINE=1", true)]
    public void TheHubsOwnVariableDecidesWhereItIsSet(string variables, bool expected) => Assert.Equal(expected, Of(variables).Offline);

    [Fact]
    public void ATokenThatShallNotBeSentByItselfIsNotRead()
    {
        Assert.Null(Of("HF_TOKEN=hf_x;HF_HUB_DISABLE_IMPLICIT_TOKEN=1").Token);
        Assert.Equal("hf_x", Of("HF_TOKEN=hf_x;HF_HUB_DISABLE_IMPLICIT_TOKEN=0").Token);
    }

    [Fact]
    public void PatienceIsSaidInSeconds()
    {
        var settings = Of("HF_HUB_ETAG_TIMEOUT=7;HF_HUB_DOWNLOAD_TIMEOUT=300");
        Assert.Equal((TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(300)), (settings.AnswerTimeout, settings.StallTimeout));
        Assert.Equal((TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30)), (Of("").AnswerTimeout, Of("").StallTimeout));
        foreach (var wrong in new[] { "0", "-1", "1.5", "soon", "99999999999" })
            Assert.Contains("HF_HUB_ETAG_TIMEOUT", Assert.Throws<FathomException>(() => Of("HF_HUB_ETAG_TIMEOUT=" + wrong)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheEndpointMustBeAnAddress()
    {
        Assert.Equal(HubSettings.PublicEndpoint, Of("").Endpoint);
        Assert.Equal("https://mirror.example/hub", Of("HF_ENDPOINT=https://mirror.example/hub/").Endpoint.AbsoluteUri);
        foreach (var wrong in new[] { "huggingface.co", "file:///x", "https://user:password@host", "https://host/?a=b" })
            Assert.Contains("HF_ENDPOINT", Assert.Throws<FathomException>(() => Of("HF_ENDPOINT=" + wrong)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheTokenComesFromTheVariableOrTheFile()
    {
        using var folder = new TempFolder();
        folder.Write("token", "hf_file\n");
        folder.Write("other", "hf_other");
        Assert.Null(Of("").Token);
        Assert.Equal("hf_file", Of($"HF_HOME={(string)folder}").Token);
        Assert.Equal("hf_variable", Of($"HF_HOME={(string)folder};HF_TOKEN= hf_variable ").Token);
        Assert.Equal("hf_other", Of($"HF_TOKEN_PATH={folder["other"]}").Token);
        var message = Assert.Throws<FathomException>(() => Of("HF_TOKEN=a\nEvil: b")).Message;
        Assert.DoesNotContain("Evil", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("org/name", "org", "name", null)]
    [InlineData("HuggingFaceTB/SmolLM2-135M-Instruct", "HuggingFaceTB", "SmolLM2-135M-Instruct", null)]
    [InlineData("a.b/c_d.e@v1.0", "a.b", "c_d.e", "v1.0")]
    [InlineData("o/n@refs/pr/1", "o", "n", "refs/pr/1")]
    [InlineData("gpt2", "", "gpt2", null)]
    [InlineData("bert-base-uncased@v1", "", "bert-base-uncased", "v1")]
    public void NamesAreRead(string text, string organisation, string name, string? revision) =>
        Assert.Equal(new HubModelName(organisation, name, revision), HubModelName.Parse(text));

    [Theory]
    [InlineData("a--b")]
    [InlineData("/name")]
    [InlineData("name/")]
    [InlineData("a/b/c")]
    [InlineData("../b")]
    [InlineData("a/..")]
    [InlineData("a/b@..")]
    [InlineData("a/b@x/../../y")]
    [InlineData("a/b@/etc/passwd")]
    [InlineData("a--b/c")]
    [InlineData("a/b@")]
    [InlineData("a/b\n")]
    [InlineData("a/b?x=1")]
    [InlineData(".hidden/b")]
    [InlineData("")]
    public void OtherThingsAreNoNames(string text)
    {
        Assert.False(HubModelName.TryParse(text, out _));
        Assert.Throws<FathomException>(() => HubModelName.Parse(text));
    }

    private static HubSettings Of(string variables)
    {
        var table = variables.Split(';', StringSplitOptions.RemoveEmptyEntries).ToDictionary(pair => pair[..pair.IndexOf('=')], pair => pair[(pair.IndexOf('=') + 1)..]);
        return HubSettings.FromEnvironment(table.GetValueOrDefault, "/home/u");
    }
}
