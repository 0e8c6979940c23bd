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
    public void NamesAreRead(string text, string organisation, string name, string? revision) =>
        Assert.Equal(new HubModelName(organisation, name, revision), HubModelName.Parse(text));

    [Theory]
    [InlineData("name")]
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
