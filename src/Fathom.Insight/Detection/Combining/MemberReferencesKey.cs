using Fathom.Insight.Detection.Statistics;

namespace Fathom.Insight.Detection;

/// <summary>The calibration scores that put the members of a combined detector on one scale. Not of the fit samples: calibration makes it.</summary>
internal sealed record MemberReferencesKey(string Detector, int Members) : StatisticKey
{
    public override string Name => $"combined.{Detector}.references";

    public override StatisticAccumulator CreateAccumulator(TraceOrigin origin) => throw new InvalidOperationException($"{Name} comes from calibration, not from the fit");

    public override Statistic Read(TensorBag tensors, TraceOrigin origin, int fitCount)
    {
        var values = tensors.ReadFinite(Name, double.MinValue, Members, -1);
        var count = values.Length / Members;
        if (count == 0) throw new FathomException($"tensor '{Name}' is empty");
        for (var i = 1; i < values.Length; i++)
        {
            if (i % count != 0 && values[i] < values[i - 1]) throw new FathomException($"tensor '{Name}' does not ascend at {i}");
        }

        return new MemberReferences(Members, values);
    }
}
