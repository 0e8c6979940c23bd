namespace Fathom.Insight.Detection.Statistics;

/// <summary>The beginning of every fit sample's text, so that a nearest neighbour can be read.</summary>
internal sealed record TextsKey(int Characters) : StatisticKey
{
    public const string File = "texts";

    // Of a set that was read from a file nobody asks how long its texts may be.
    public override string Name => File;

    public bool Equals(TextsKey? other) => other is not null;

    public override int GetHashCode() => 0;

    public override StatisticAccumulator CreateAccumulator(TraceOrigin origin) => new TextsAccumulator(Characters);

    public override Statistic Read(TensorBag tensors, TraceOrigin origin, int fitCount) => FitTexts.Read(Name, tensors, fitCount);
}
