using Fathom.EndToEnd.Tests.Support;

namespace Fathom.EndToEnd.Tests;

public sealed class UsageTests
{
    [Fact]
    public void HelpListsTheVerbsAndIsQuick()
    {
        var result = FathomProcess.Run("--help").Succeeded();
        Assert.Contains("doctor", result.Out, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [Theory]
    [InlineData("bogus")]
    [InlineData("doctor", "--no-such-option")]
    [InlineData("doctor", "model", "another")]
    [InlineData]
    public void WrongUsageIsExitCodeTwoAndOneLine(params string[] arguments) =>
        FathomProcess.Run(arguments).FailedWith(2);

    [Theory]
    [InlineData("unknown command 'bogus'; there are doctor", "bogus")]
    [InlineData("unknown command 'fitt'; there are diagnose, evaluate, fit, inspect, score", "ood", "fitt")]
    [InlineData("no command given; there are doctor")]
    public void AWordThatIsNoCommandIsNamedWithThoseThereAre(string words, params string[] arguments) =>
        FathomProcess.Run(arguments).FailedWith(2, words);

    [Fact]
    public void VersionIsPrinted() => Assert.Matches(@"^\d+\.\d+\.\d+", FathomProcess.Run("--version").Succeeded().Out);

    [Fact]
    public void DoctorLooksAtTheMachine()
    {
        var json = FathomProcess.Run("doctor", "--json").Succeeded().Json;
        Assert.True((bool)json["healthy"]!);
        var names = json["checks"]!.AsArray().Select(check => (string)check!["name"]!).ToList();
        Assert.Contains("processor", names);
        Assert.Contains("compute", names);
        Assert.True((int)json["hardware"]!["cores"]! >= 1);
    }

    [Fact]
    public void TextOutputIsPlainWhenRedirected()
    {
        var result = FathomProcess.Run("doctor").Succeeded();
        Assert.StartsWith("check", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Out);
    }
}
