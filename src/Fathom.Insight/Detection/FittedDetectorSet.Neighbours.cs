using Fathom.Insight.Detection.Statistics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <content>Known samples that are like a new one.</content>
public sealed partial class FittedDetectorSet
{
    /// <summary>Whether a detector keeps its fit samples, so that <see cref="Nearest"/> can name some.</summary>
    public bool KnowsNeighbours => BankPooling is not null;

    /// <summary>Whether the beginnings of the fit samples' texts were kept.</summary>
    public bool KeepsTexts => Parts.HasTexts;

    // The published detector of neighbours before any other.
    private Pooling? BankPooling => Definitions.OfType<CosineDetector>().Select(static cosine => (Pooling?)cosine.Pooling).FirstOrDefault()
        ?? Definitions.OfType<NearestNeighboursDetector>().Select(static neighbours => (Pooling?)neighbours.Pooling).FirstOrDefault();

    private IEnumerable<DetectorDefinition> Definitions =>
        Detectors.SelectMany(static detector => detector.Definition is CombinedDetector combined ? combined.Members : [detector.Definition]);

    /// <summary>The fit samples nearest to a sample by the cosine of their embeddings, the nearest first; none where no detector keeps them.</summary>
    /// <exception cref="FathomException">The trace lacks the embedding, or it holds NaN.</exception>
    public IReadOnlyList<Neighbour> Nearest(Trace trace, int count = 3)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (BankPooling is not { } pooling) return [];
        var last = Origin.Entries - 1;
        var bank = _state.Bank(new BankKey(pooling));
        var texts = KeepsTexts ? (FitTexts)_state.Statistics[new TextsKey(0)] : null;
        return
        [
            .. bank.Cosines(TraceChecks.States(trace, pooling, Origin, last)[last])
                .Select((cosine, i) => (Index: bank.Indices[i], Cosine: cosine))
                .OrderByDescending(static item => item.Cosine).ThenBy(static item => item.Index)
                .Take(count)
                .Select(item => new Neighbour(item.Index, item.Cosine, texts?.Of(item.Index))),
        ];
    }
}
