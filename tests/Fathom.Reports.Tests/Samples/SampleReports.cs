namespace Fathom.Reports.Tests.Samples;

/// <summary>Realistic made-up reports, for tests and for looking at.</summary>
internal static class SampleReports
{
    public static readonly string[] Sets =
    [
        "AddSub_X", "SingleOp_X", "SingleEq_X", "SVAMP_X", "GSM8K_X", "MATH_algebra", "MATH_geometry", "MATH_number_theory",
        "MATH_precalculus", "MATH_counting_and_probability", "dynamicqa",
    ];

    public static readonly (string Name, string Description, double Strength)[] Detectors =
    [
        ("tv0", "Volatility of the path through the layers.", 1.15), ("tv1", "The same on first differences of the path.", 1.3),
        ("tv2", "The same on second differences.", 1.35), ("tv3", "The same on third differences.", 1.25),
        ("tv4", "The same on fourth differences.", 1.1), ("tv5", "The same on fifth differences.", 0.9),
        ("msp", "How sure the model is of its words.", 0.35), ("perplexity", "How surprising its own answer is to it.", 0.45),
        ("input_embedding", "Distance of the question's last-layer state.", 1.0),
        ("output_embedding", "Distance of the answer's last-layer state.", 0.8), ("cosine", "Nearest known question by angle.", 1.05),
        ("mahalanobis_ledoit_wolf", "Distance under a shrunk covariance.", 1.2),
    ];

    public static EvaluationReport Evaluation(int sets = 11, int detectors = 12, int questions = 200)
    {
        var numbers = new SampleNumbers(7);
        var results = new List<ResultRow>();
        var scores = new List<DetectorScores>();
        foreach (var (name, description, strength) in Detectors.Take(detectors))
        {
            var id = new ScoreSet("MultiArith_X", numbers.LogNormal(questions, 1.2, 0.35));
            var ood = Sets.Take(sets)
                .Select((set, i) => new ScoreSet(set, numbers.LogNormal(questions, 1.2 + (strength * 0.09 * (i + 1)), 0.4)))
                .ToArray();
            var curves = ood.Select(set => Roc(id, set)).ToArray();
            scores.Add(new DetectorScores(name)
            {
                Description = description,
                InDistribution = id,
                OutOfDistribution = ood,
                RocCurves = curves,
                FitVersusTest = new FitVersusTest(new Estimate(name == "cosine" ? 0.71 : 0.5 + (0.03 * numbers.Normal())), 360, questions),
                LengthCorrelation = 0.3 + (0.15 * numbers.Normal()),
            });
            results.AddRange(curves.Select(curve => Row(name, curve, questions, numbers)));
        }

        return new EvaluationReport
        {
            Title = "Which questions lie outside what SmolLM2-135M-Instruct knows?",
            Summary = "Fitted on 360 questions of MultiArith_X, tv2 tells eleven other sets apart with a mean AUROC of 0.78; length alone reaches 0.64.",
            Progress = new ReportProgress(2600, 2600, ReportState.Complete),
            InDistributionName = "MultiArith_X",
            Results = results,
            Detectors = scores,
            Trajectories = [Trajectory(sets, numbers)],
            LengthBaselines = [.. Sets.Take(sets).Select((set, i) => new LengthBaseline(set, new Estimate(0.42 + (0.05 * i))))],
            Strangest = Strangest(),
            StrangestDetector = "tv2",
            Warnings = ["cosine scores its own fit questions better than unseen ones (AUROC 0.71): it has learnt its examples by heart.",],
            Settings =
            [
                new("model", "SmolLM2-135M-Instruct (30 layers, width 576, bf16)"), new("profile", "paper"), new("template", "Q: {question}\\nA:"),
                new("max_new_tokens", "16"), new("limit", "200"), new("seed", "0"), new("fathom", "0.1.0"),
            ],
            Hashes =
            [
                new("model.safetensors", "sha256:9f1c0a5d3b7e4c2f8a6d1e0b5c4f3a2d9e8b7c6a5f4e3d2c1b0a9f8e7d6c5b4a"),
                new("MultiArith_X.jsonl", "sha256:1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f809"),
            ],
        };
    }

    public static ScoreReport Score()
    {
        var numbers = new SampleNumbers(11);
        var detectors = Detectors.Take(4).Select(detector => new ScoredDetector(detector.Name, new ScoreSet("new questions", [.. numbers.LogNormal(380, 1.25, 0.4), .. numbers.LogNormal(120, 2.3, 0.5), 900]))
        {
            Description = detector.Description,
            Reference = new ScoreSet("fit questions", numbers.LogNormal(360, 1.2, 0.35)),
            Threshold = new ScoreThreshold(6.1, "95 % of the fit questions score below it"),
        }).ToArray();
        return new ScoreReport
        {
            Title = "500 new questions, scored by tv0",
            Summary = "About one question in four lies outside what the model was fitted on.",
            Progress = new ReportProgress(501, 501, ReportState.Complete),
            Detectors = detectors,
            Strangest = [.. Strangest().Select(question => question with
            {
                LayerContributions = [.. Enumerable.Range(0, 30).Select(layer => Math.Exp((layer / 9.0) + (0.4 * numbers.Normal())))],
                FirstLayer = 1,
            })],
            Settings = [new("detector file", "multiarith.fathom"), new("model", "SmolLM2-135M-Instruct")],
            Hashes = [new("multiarith.fathom", "sha256:77aa0a5d3b7e4c2f8a6d1e0b5c4f3a2d9e8b7c6a5f4e3d2c1b0a9f8e7d6c5b4a")],
        };
    }

    private static LayerTrajectory Trajectory(int sets, SampleNumbers numbers)
    {
        double[] layers = [.. Enumerable.Range(1, 30).Select(layer => (double)layer)];
        LayerBand Band(string name, double lift) => new(
            name,
            layers,
            [.. layers.Select(layer => 6 + (0.5 * layer) + (lift * Math.Max(0, layer - 15) * 0.9) + (1.2 * Math.Sin(layer / 3)) + (0.35 * numbers.Normal()))],
            [.. layers.Select(layer => 1 + (layer / 12))]);
        return new LayerTrajectory(
            "How far a question moves from layer to layer", "mean step length", Band("MultiArith_X", 0),
            [.. Sets.Take(sets).Select((set, i) => Band(set, 0.08 + (0.07 * i)))]);
    }

    private static List<StrangeQuestion> Strangest() =>
    [
        new("Let $M_n$ be the $n \\times n$ matrix whose diagonal entries are 7 and whose neighbours of the diagonal are 2. Find the sum of $\\frac{1}{\\det M_n + 1}$ over all $n$.", "To find the determinant, we first", 41.73, "MATH_precalculus") { Index = 117 },
        new("A ring of 12 chairs seats 5 guests so that no two of them sit side by side. In how many ways can this be done if rotations count as the same?\n\n[asy]\ndraw(circle((0,0),2));\nfor (int i=0;i<12;++i) dot(2*dir(30*i));\n[/asy]", "There are 12 chairs and 5 guests, so 12 - 5 = 7", 38.2, "MATH_counting_and_probability") { Index = 3 },
        new("¿Quién ganó la copa en 1978 — y por qué importa todavía? 日本語の質問も一つ。", "The answer is 1978.", 36.95, "dynamicqa") { Index = 44 },
        new("Tomás had 32 marbles, gave away twice as many as he kept, and then bought a bag with one third of a gross. How many has he now?", "32 - 16 = 16\n16 + 48 = 64\nAnswer: 64", 22.1, "MultiArith_X") { IsInDistribution = true, Index = 402 },
        new(string.Concat(Enumerable.Repeat("A farmer counts his sheep twice a day, and each time he loses count when the dog barks. ", 14)), "The farmer has", 19.4, "GSM8K_X") { Index = 9 },
        new("Compute $17^{-1} \\pmod{83}$.", "17 - 1 = 16, so the answer is 16.", 18.02, "MATH_number_theory") { Index = 61 },
    ];

    private static RocCurve Roc(ScoreSet id, ScoreSet ood)
    {
        double[] thresholds = [.. id.Scores.Concat(ood.Scores).Where(double.IsFinite).Distinct().Order()];
        double[] fpr = [0, .. Below(ood, thresholds)];
        double[] tpr = [0, .. Below(id, thresholds)];
        var area = Enumerable.Range(1, fpr.Length - 1).Sum(i => (fpr[i] - fpr[i - 1]) * (tpr[i] + tpr[i - 1]) / 2);
        return new RocCurve(ood.Name, fpr, tpr, area);
    }

    private static IEnumerable<double> Below(ScoreSet set, double[] thresholds)
    {
        double[] sorted = [.. set.Scores.Order()];
        var below = 0;
        foreach (var threshold in thresholds)
        {
            while (below < sorted.Length && sorted[below] <= threshold)
            {
                below++;
            }

            yield return below / (double)sorted.Length;
        }
    }

    private static ResultRow Row(string detector, RocCurve curve, int questions, SampleNumbers numbers)
    {
        var area = curve.Auroc!.Value;
        var fpr = curve.FalsePositiveRate[Enumerable.Range(0, curve.TruePositiveRate.Count).First(i => curve.TruePositiveRate[i] >= 0.95)];
        return new ResultRow(
            detector, curve.Set, questions, questions, new Estimate(area, area - 0.04, Math.Min(1, area + 0.035)),
            new Estimate(fpr, Math.Max(0, fpr - 0.07), Math.Min(1, fpr + 0.06)), Math.Min(1, area + (0.01 * numbers.Normal())), Math.Min(1, area + (0.01 * numbers.Normal())))
        {
            AurocLengthMatched = new Estimate(area - 0.05),
        };
    }
}
