using Fathom.Insight.Detection;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Tests.Detection;

public sealed class McDropoutTests
{
    [Fact]
    public void TheScoreIsThePopulationVariance()
    {
        var set = Fit(new McDropoutDetector(new DropoutOptions { Passes = 4 }), TraceWith(4));
        Assert.Equal(0.00546875, set["mc_dropout"].Score(TraceWith(-0.2, -0.3, -0.25, -0.4)), 1e-15);
        Assert.Equal(0, set["mc_dropout"].Score(TraceWith(-3, -3, -3, -3)));
    }

    [Fact]
    public void AllLeavesItOutAndNamingItTakesItIn()
    {
        Assert.DoesNotContain(DetectorRegistry.All, definition => definition.RequiredDropout is not null);
        var definitions = DetectorRegistry.Parse("all,mc_dropout");
        Assert.Equal(DetectorRegistry.All.Count + 1, definitions.Count);
        Assert.Equal(new DropoutOptions(), DropoutNeeds.Of(definitions));
        Assert.Null(DropoutNeeds.Of(DetectorRegistry.All));
        Assert.Equal(0.1, new DropoutOptions().Rate);
        Assert.Equal(10, new DropoutOptions().Passes);
    }

    [Fact]
    public void ATraceWithoutPassesOrWithAnotherNumberIsNamed()
    {
        var trace = TraceFactory.Many(8, 1)[7];
        var set = Fit(new McDropoutDetector(), trace);
        Assert.Contains("sample 7", Assert.Throws<FathomException>(() => set["mc_dropout"].Score(trace with { DropoutLogProbabilities = null })).Message, StringComparison.Ordinal);
        Assert.Contains("4 passes", Assert.Throws<FathomException>(() => set["mc_dropout"].Score(TraceWith(4))).Message, StringComparison.Ordinal);
        var failure = Assert.Throws<FathomException>(() => Fit(new McDropoutDetector(), trace with { DropoutLogProbabilities = null }));
        Assert.Contains("sample 7", failure.Message, StringComparison.Ordinal);
        Assert.Contains("--dropout-passes 10", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OneSetOfPassesServesAllDetectors()
    {
        var other = new McDropoutDetector(new DropoutOptions { Rate = 0.2 }, "mc_dropout_more");
        var failure = Assert.Throws<FathomException>(() => Fit([new McDropoutDetector(), other], TraceWith(10)));
        Assert.Contains("'mc_dropout' and 'mc_dropout_more'", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, Fit([new McDropoutDetector(), new McDropoutDetector(name: "again")], TraceWith(10)).Detectors.Count);
    }

    [Theory]
    [InlineData(1, 0.1)]
    [InlineData(10, 1.0)]
    [InlineData(10, -0.1)]
    [InlineData(10, double.NaN)]
    public void SettingsOutOfRangeAreRefused(int passes, double rate) =>
        Assert.Throws<FathomException>(() => Fit(new McDropoutDetector(new DropoutOptions { Passes = passes, Rate = rate }), TraceWith(passes)));

    [Fact]
    public void EverySettingIsSaved()
    {
        using var folder = new TemporaryFile();
        var definition = new McDropoutDetector(new DropoutOptions { Passes = 3, Rate = 0.25, Sites = DropoutSites.Embeddings | DropoutSites.FeedForward, Seed = ulong.MaxValue });
        Fit(definition, TraceWith(3)).Save(folder.Path);
        Assert.Equal(definition.Options, FittedDetectorSet.Load(folder.Path).RequiredDropout);
    }

    private static FittedDetectorSet Fit(McDropoutDetector definition, Trace trace) => Fit([definition], trace);

    private static FittedDetectorSet Fit(McDropoutDetector[] definitions, Trace trace) => DetectorFitter.Fit(definitions, TraceFactory.Origin, [trace]);

    private static Trace TraceWith(int passes) => TraceWith([.. Enumerable.Range(0, passes).Select(pass => -1.0 - pass)]);

    private static Trace TraceWith(params double[] passes) => TraceFactory.Many(1, 1)[0] with { DropoutLogProbabilities = passes };

    private sealed class TemporaryFile : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fathom-insight-");

        public string Path => System.IO.Path.Combine(_folder.FullName, "a.fathom");

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
