using Fathom.Cli.Runs;
using Fathom.Insight.Detection;
using Fathom.Models.Tracing;
using Fathom.Reports;

namespace Fathom.Cli.Reporting;

/// <summary>Keeps the questions with the highest scores of the leading detector, for people to read. Equal scores keep the earlier one.</summary>
internal sealed class Strangest(FittedDetectorSet detectors, int most)
{
    private readonly List<(double Score, Trace Trace, string Set, bool InDistribution)> _kept = [];

    /// <summary>Name of the detector that ranks.</summary>
    public string Detector => detectors.Lead.Name;

    /// <summary>Sees one scored sample.</summary>
    public void Add(Trace trace, double score, string set = "", bool inDistribution = false)
    {
        var place = _kept.Count;
        while (place > 0 && _kept[place - 1].Score < score)
        {
            place--;
        }

        if (place < most)
        {
            _kept.Insert(place, (score, trace, set, inDistribution));
            if (_kept.Count > most)
            {
                _kept.RemoveAt(most);
            }
        }
    }

    /// <summary>The questions, strangest first, with what each layer added and the known questions nearest to them, where detectors can say.</summary>
    public IReadOnlyList<StrangeQuestion> Questions()
    {
        var layered = FlagReasons.LayersOf(detectors);
        return [.. _kept.Select(kept =>
        {
            var layers = layered?.Explain(kept.Trace).Contributions.OrderBy(part => part.Index).ToArray() ?? [];
            return new StrangeQuestion(kept.Trace.Text, kept.Trace.Output, kept.Score, kept.Set)
            {
                IsInDistribution = kept.InDistribution,
                Index = kept.Trace.Index,
                LayerContributions = [.. layers.Select(part => part.Value)],
                FirstLayer = layers.Length > 0 ? (int)layers[0].Index : 0,
                LayerDetector = layered?.Name ?? "",
                Neighbours = [.. detectors.Nearest(kept.Trace).Select(near => new SimilarQuestion(near.Index, near.Similarity, near.Text ?? ""))],
            };
        })];
    }
}
