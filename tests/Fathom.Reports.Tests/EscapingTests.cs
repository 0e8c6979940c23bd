using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;

namespace Fathom.Reports.Tests;

public sealed class EscapingTests
{
    private const string Nasty = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>]]>--><!-- </style></title></svg>&lt;&amp;#60; \0\u0007\u001b[31m\u202e\ud800 javascript:x\r\n\t\uffff";

    [Fact]
    public async Task Nothing_from_outside_becomes_markup()
    {
        var root = Html.Parse(await ReportRenderer.RenderAsync(Everywhere(Nasty)));
        var score = Html.Parse(await ReportRenderer.RenderAsync(new ScoreReport
        {
            Title = Nasty,
            Summary = Nasty,
            Progress = new ReportProgress(1, 2, ReportState.Running, Nasty, Nasty),
            Detectors = [new ScoredDetector(Nasty, new ScoreSet(Nasty, [1, 2])) { Description = Nasty, Reference = new ScoreSet(Nasty, [1]), Threshold = new ScoreThreshold(1, Nasty) }],
            Strangest = [new StrangeQuestion(Nasty, Nasty, 1, Nasty) { LayerContributions = [1, 2] }],
        }));
        foreach (var page in (XElement[])[root, score])
        {
            Assert.Empty(Html.All(page, "script"));
            Assert.Empty(Html.All(page, "img"));
            Assert.DoesNotContain(page.DescendantsAndSelf().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotContain(page.DescendantNodes(), node => node is XComment);
            var title = Html.All(page, "h1").Single().Value;
            Assert.StartsWith("<script>alert(1)</script>\"'>", title, StringComparison.Ordinal);
            Assert.Contains("&lt;&amp;#60; ␀␇␛[31m[U+202E]\uFFFD javascript:x\n\t\uFFFD", title, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Any_text_gives_a_well_formed_page() =>
        Check.One(Config.QuickThrowOnFailure.WithReplay(20261122UL, 7UL).WithMaxTest(40), Prop.ForAll<NonNull<string>>(text =>
            Html.Parse(ReportRenderer.RenderAsync(Everywhere(text.Get)).GetAwaiter().GetResult()).Name.LocalName == "html"));

    [Fact]
    public async Task Very_long_texts_are_folded_then_cut_never_within_a_pair()
    {
        var smileys = string.Concat(Enumerable.Repeat("x😀", 200_000));
        var html = await ReportRenderer.RenderAsync(new EvaluationReport
        {
            Title = "long",
            Progress = new ReportProgress(1, 1, ReportState.Complete),
            Strangest = [new StrangeQuestion(smileys, smileys, 1, new string('w', 5000))],
        });
        Assert.InRange(html.Length, 20_000, 120_000);
        Assert.DoesNotContain('\uFFFD', html);
        Assert.Contains("594,000 more characters are left out", html, StringComparison.Ordinal);
        Html.Parse(html);
    }

    private static EvaluationReport Everywhere(string text) => new()
    {
        Title = text,
        Summary = text,
        Progress = new ReportProgress(1, 2, ReportState.Running, text, text),
        InDistributionName = text,
        Warnings = [text],
        Results = [new ResultRow(text, text, 1, 1, new Estimate(0.5), new Estimate(0.5), 0.5, 0.5)],
        Detectors =
        [
            new DetectorScores(text)
            {
                Description = text,
                InDistribution = new ScoreSet(text, [1, 2]),
                OutOfDistribution = [new ScoreSet(text, [2, 3])],
                RocCurves = [new RocCurve(text, [0, 1], [0, 1], 0.5)],
                LengthCorrelation = 0.1,
            },
        ],
        Trajectories = [new LayerTrajectory(text, text, new LayerBand(text, [0, 1], [1, 2], [1, 1]), [new LayerBand(text, [0, 1], [1, 2], [])]) { Caption = text }],
        LengthBaselines = [new LengthBaseline(text, new Estimate(0.5))],
        Strangest = [new StrangeQuestion(text, text, 1, text) { LayerContributions = [1] }],
        StrangestDetector = text,
        Settings = [new ReportFact(text, text)],
        Hashes = [new ReportFact(text, text)],
    };
}
