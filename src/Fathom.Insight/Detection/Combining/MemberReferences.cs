using Fathom.Insight.Detection.Statistics;
using Fathom.Insight.Metrics;
using Fathom.Insight.Numerics;

namespace Fathom.Insight.Detection;

/// <summary>Reference scores of the members of a combined detector, <c>[members, count]</c>, each row ascending.</summary>
internal sealed class MemberReferences : Statistic
{
    // A scale, not a promise: more than this tells nothing.
    private const int Most = 10_000;

    private readonly double[] _values;
    private readonly Conformal[] _members;

    public MemberReferences(int members, double[] values)
    {
        _values = values;
        Count = values.Length / members;
        _members = [.. Enumerable.Range(0, members).Select(i => new Conformal(values.AsSpan(i * Count, Count).ToArray(), Count, step: 1))];
    }

    public int Count { get; }

    public static MemberReferences Of(IReadOnlyList<double[]> samples, int members)
    {
        var count = Math.Min(Most, samples.Count);
        var values = new double[checked(members * count)];
        for (var member = 0; member < members; member++)
        {
            double[] sorted = [.. samples.Select(sample => sample[member]).Order()];

            // Evenly spaced, the largest and the smallest among them.
            for (var i = 0; i < count; i++) values[member * count + i] = sorted[count == 1 ? 0 : (int)((long)i * (sorted.Length - 1) / (count - 1))];
        }

        return new MemberReferences(members, values);
    }

    /// <summary>Minus the natural logarithm of a member's p-value, going on beyond the largest reference.</summary>
    public double Surprise(int member, double score)
    {
        var sorted = _values.AsSpan(member * Count, Count);
        var excess = score - sorted[^1];
        if (!(excess > 0)) return -StableMath.Log(_members[member].PValue(score));
        var spread = sorted[^1] - sorted[Count / 2];
        if (!(spread > 0)) spread = sorted[^1] - sorted[0];
        if (!(spread > 0)) spread = 1;
        return StableMath.Log(Count + 1) + StableMath.Log(1 + excess / spread);
    }

    public override void Write(string name, TensorBag tensors) => tensors.Add(name, _values, _members.Length, Count);
}
