using Fathom.Insight.Detection.Statistics;
using Fathom.Insight.Numerics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

internal sealed class FittedWhitenedCosine : FittedDetector
{
    private const int Shown = 5;
    private readonly WhitenedCosineDetector _definition;
    private readonly Bank _bank;
    private readonly FullGaussian _gaussian;
    private readonly double[] _items;
    private readonly double[] _norms;

    public FittedWhitenedCosine(WhitenedCosineDetector definition, FitState state, Bank bank, FullGaussian gaussian)
        : base(definition, state)
    {
        (_definition, _bank, _gaussian) = (definition, bank, gaussian);
        _items = gaussian.Whiten(Widened(bank.Vectors), bank.Count);
        _norms = new double[bank.Count];
        for (var i = 0; i < _norms.Length; i++)
        {
            _norms[i] = Math.Sqrt(VectorMath.Dot(Item(i), Item(i)));
        }
    }

    private protected override double Compute(Trace trace) => -Largest(Cosines(Query(trace)), without: -1);

    private protected override double ComputeWithoutItself(Trace trace)
    {
        var query = Query(trace);
        var own = _bank.PlaceOf(trace.Index, query);
        TraceChecks.EnsureOthers(trace, own < 0 ? _bank.Count : _bank.Count - 1);
        return -Largest(Cosines(query), own);
    }

    private protected override (string Meaning, IReadOnlyList<Contribution> Contributions) Parts(Trace trace) => (
        $"the {Shown} nearest fit samples by their place in the data, and their whitened cosines; the score is the largest, negated",
        [.. Cosines(Query(trace)).Select((cosine, i) => new Contribution(ContributionKind.Neighbour, _bank.Indices[i], cosine)).OrderByDescending(static part => part.Value).ThenBy(static part => part.Index).Take(Shown)]);

    private static double Largest(double[] cosines, int without)
    {
        var largest = -1.0;
        for (var i = 0; i < cosines.Length; i++)
        {
            if (i != without) largest = Math.Max(largest, cosines[i]);
        }

        return largest;
    }

    private static double[] Widened(ReadOnlySpan<float> values)
    {
        var widened = new double[values.Length];
        for (var i = 0; i < widened.Length; i++) widened[i] = values[i];
        return widened;
    }

    private double[] Cosines(ReadOnlySpan<float> query)
    {
        var vector = _gaussian.Whiten(Widened(query), 1);
        var norm = Math.Sqrt(VectorMath.Dot(vector, vector));
        var cosines = new double[_bank.Count];
        for (var i = 0; i < cosines.Length; i++)
        {
            var scale = norm * _norms[i];
            cosines[i] = scale == 0 ? 0 : Math.Clamp(VectorMath.Dot(vector, Item(i)) / scale, -1, 1);
        }

        return cosines;
    }

    private ReadOnlySpan<double> Item(int item) => _items.AsSpan(item * _gaussian.WhitenedWidth, _gaussian.WhitenedWidth);

    private ReadOnlySpan<float> Query(Trace trace)
    {
        var last = Origin.Entries - 1;
        return TraceChecks.States(trace, _definition.Pooling, Origin, last)[last];
    }
}
