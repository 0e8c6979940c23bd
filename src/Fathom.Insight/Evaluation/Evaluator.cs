using Fathom.Insight.Detection;
using Fathom.Insight.Metrics;
using Fathom.Tensors;

namespace Fathom.Insight.Evaluation;

/// <summary>Compares detectors over out-of-distribution sets, with the controls that keep such a comparison honest.</summary>
public sealed class Evaluator
{
    private readonly EvaluationOptions _options;

    /// <summary>An evaluator with these settings.</summary>
    /// <exception cref="FathomException">A setting is out of range.</exception>
    public Evaluator(EvaluationOptions? options = null)
    {
        _options = options ?? new EvaluationOptions();
        _options.Validate();
    }

    /// <summary>Evaluates scored sets.</summary>
    /// <param name="idTest">ID samples the detectors were not fitted on.</param>
    /// <param name="oodSets">OOD sets.</param>
    /// <param name="detectors">The detectors, for their thresholds and fit count.</param>
    /// <param name="idFit">ID samples they were fitted on (<see cref="ScoredSet.AddFitSample"/>), for the fit-versus-test control; may be left out.</param>
    /// <exception cref="FathomException">A score is not finite.</exception>
    public EvaluationResult Evaluate(ScoredSet idTest, IReadOnlyList<ScoredSet> oodSets, FittedDetectorSet detectors, ScoredSet? idFit = null)
    {
        ArgumentNullException.ThrowIfNull(idTest);
        ArgumentNullException.ThrowIfNull(oodSets);
        ArgumentNullException.ThrowIfNull(detectors);
        (ScoredSet Set, string Detector)[] pairs = [.. oodSets.SelectMany(set => detectors.Names.Select(detector => (set, detector)))];
        var results = new ComparisonResult[pairs.Length];
        Parallel.For(0, pairs.Length, new ParallelOptions { MaxDegreeOfParallelism = _options.Threads }, i =>
            results[i] = Compare(idTest, pairs[i].Set, pairs[i].Detector, detectors));

        var warnings = new List<string>();
        foreach (var set in oodSets.Prepend(idTest).Where(static set => set.Count == 0))
        {
            warnings.Add($"set '{set.Name}' is empty: its metrics are NaN");
        }

        FitTestControl[] fitTest = idFit is null
            ? []
            : [.. detectors.Names.Select(name => new FitTestControl(name, DetectionMetrics.Table(idFit.Scores(name), idTest.Scores(name)).Auroc()))];
        warnings.AddRange(FitTestControl.Warnings(fitTest));
        return new EvaluationResult
        {
            IdName = idTest.Name,
            FitCount = detectors.FitCount,
            TestCount = idTest.Count,
            Results = results,
            FitTest = fitTest,
            Quality = [.. Quality(idTest, oodSets, detectors.Names)],
            Online = [.. pairs.SelectMany(pair => Online(idTest, pair.Set, pair.Detector, detectors))],
            Trajectories = [.. oodSets.Prepend(idTest).Select(static set => set.Trajectories)],
            Warnings = warnings,
        };
    }

    private ComparisonResult Compare(ScoredSet id, ScoredSet ood, string detector, FittedDetectorSet detectors)
    {
        var idScores = id.Scores(detector);
        var oodScores = ood.Scores(detector);
        var table = DetectionMetrics.Table(idScores, oodScores);
        var (auroc, fpr95) = Subsample(idScores, oodScores);
        return new ComparisonResult
        {
            Detector = detector,
            Set = ood.Name,
            Metrics = DetectionMetrics.Of(table),
            Intervals = Bootstrap.Intervals(table, _options.Bootstrap),
            SubsampledAuroc = auroc,
            SubsampledFpr95 = fpr95,
            Length = LengthControl.Of(idScores, id.PromptTokens, oodScores, ood.PromptTokens, _options.LengthCalliper, _options.Seed),
            Permutation = PermutationControl.Of(table, _options.Permutations, _options.Seed),
            AtThreshold = detectors.Thresholds.TryGetValue(detector, out var threshold)
                ? ThresholdMetrics.Of(idScores, oodScores, threshold.Value)
                : null,
        };
    }

    // Sets whose answers are known, first all together, then each with the ID test set.
    private static IEnumerable<DetectorQuality> Quality(ScoredSet idTest, IReadOnlyList<ScoredSet> oodSets, IReadOnlyList<string> detectors)
    {
        if (idTest.Correct is not { } known) yield break;
        var answered = oodSets.Where(static set => set.Correct is not null).ToArray();
        foreach (var detector in detectors)
        {
            yield return new DetectorQuality(detector, null, Together(detector, answered));
            foreach (var set in answered) yield return new DetectorQuality(detector, set.Name, Together(detector, [set]));
        }

        QualityEvaluation Together(string detector, ScoredSet[] sets) => QualityEvaluation.Of(
            [.. idTest.Scores(detector), .. sets.SelectMany(set => set.Scores(detector))],
            [.. known, .. sets.SelectMany(static set => set.Correct!)]);
    }

    // Every second OOD sample is offline, so that no rule is measured on what chose it.
    private static IEnumerable<DetectorOnline> Online(ScoredSet id, ScoredSet ood, string detector, FittedDetectorSet detectors)
    {
        if (id.Count == 0 || ood.Count < 2 || !detectors.CalibrationScores.TryGetValue(detector, out var calibration)) return [];
        var scores = ood.Scores(detector);
        double[] offline = [.. scores.Where(static (_, i) => i % 2 == 0)], online = [.. scores.Where(static (_, i) => i % 2 == 1)];
        return OnlineEvaluation.Of(calibration.ToArray(), offline, id.Scores(detector), online).Select(result => new DetectorOnline(detector, ood.Name, result));
    }

    /// <summary>Draws min(size, n) OOD samples without replacement, seeds 0, 1, …</summary>
    private (MeanAndSpread Auroc, MeanAndSpread Fpr95) Subsample(double[] idScores, double[] oodScores)
    {
        var auroc = new double[_options.Subsamples];
        var fpr95 = new double[_options.Subsamples];
        for (var seed = 0; seed < auroc.Length; seed++)
        {
            var shuffled = (double[])oodScores.Clone();
            new CounterRandom((ulong)seed).Shuffle(shuffled.AsSpan());
            var table = DetectionMetrics.Table(idScores, shuffled.AsSpan(0, Math.Min(_options.SubsampleSize, shuffled.Length)));
            (auroc[seed], fpr95[seed]) = (table.Auroc(), table.FalsePositiveRate());
        }

        return (Spread(auroc), Spread(fpr95));
    }

    private static MeanAndSpread Spread(double[] values)
    {
        var (mean, deviation) = Scores.MeanAndDeviation(values);
        return new MeanAndSpread(mean, deviation);
    }
}
