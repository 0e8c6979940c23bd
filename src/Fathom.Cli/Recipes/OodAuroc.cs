using System.Globalization;
using Fathom.Insight.Detection;
using Fathom.Insight.Metrics;
using Fathom.Models.Tracing;
using Fathom.Training;

namespace Fathom.Cli.Recipes;

/// <summary>
/// How well detectors, fitted anew on the model as it is, tell texts of the task from others: <c>ood_auroc_DETECTOR</c>, more being
/// better. Nothing but the prompt is run.
/// </summary>
/// <param name="definitions">The detectors; none of them may look at the output.</param>
/// <param name="bank">What they are fitted on.</param>
/// <param name="id">Other texts of the task.</param>
/// <param name="ood">Texts of something else.</param>
/// <param name="classTokens">First tokens of the classes' names, where a detector needs them; a classifier has its own.</param>
internal sealed class OodAuroc(IReadOnlyList<DetectorDefinition> definitions, IReadOnlyList<TraceInput> bank, IReadOnlyList<TraceInput> id, IReadOnlyList<TraceInput> ood, IReadOnlyList<int> classTokens) : IEvaluation
{
    private const string Prefix = "ood_auroc_";

    public IReadOnlyDictionary<string, bool> Metrics { get; } = definitions.ToDictionary(definition => Prefix + definition.Name, _ => true, StringComparer.Ordinal);

    public IReadOnlyDictionary<string, double> Measure(TrainingMoment moment)
    {
        using var model = moment.Open();
        var tokens = model.Config.IsClassifier ? [.. Enumerable.Range(0, model.Config.Labels.Count)] : classTokens;
        var options = new TracerOptions { Poolings = [.. definitions.SelectMany(definition => definition.RequiredPoolings).Distinct()], ClassTokens = tokens, MaxNewTokens = 1 };
        var origin = new TraceOrigin
        {
            ModelFingerprint = "training",
            Layers = model.Config.Layers,
            Width = model.Config.Width,
            MaxNewTokens = 1,
            ClassTokens = string.Join(',', tokens.Select(token => token.ToString(CultureInfo.InvariantCulture))),
        };
        var detectors = DetectorFitter.Fit(definitions, origin, Trace(bank));
        var (inside, outside) = (Trace(id).ToList(), Trace(ood).ToList());
        return definitions.ToDictionary(
            definition => Prefix + definition.Name,
            definition => ScoreTable.Create([.. outside.Select(detectors[definition.Name].Score)], [.. inside.Select(detectors[definition.Name].Score)]).Auroc(),
            StringComparer.Ordinal);

        IEnumerable<Trace> Trace(IReadOnlyList<TraceInput> inputs) => new Tracer(model, options).Run(inputs, moment.Stop);
    }
}
