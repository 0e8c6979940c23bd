using Fathom.Insight.Numerics;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>The finished statistic of a <see cref="ClassMeansKey"/>; labels are in ordinal order.</summary>
internal sealed class ClassMeans(string[] labels, int width, double[] means) : Statistic
{
    public string[] Labels { get; } = labels;

    /// <summary>Cosine of a query with the mean of every class; 0 with a mean or query of length 0. In -1..1.</summary>
    public double[] Cosines(ReadOnlySpan<double> query)
    {
        var length = Math.Sqrt(VectorMath.Dot(query, query));
        var cosines = new double[Labels.Length];
        for (var c = 0; c < cosines.Length; c++)
        {
            var mean = means.AsSpan(c * width, width);
            var scale = length * Math.Sqrt(VectorMath.Dot(mean, mean));
            cosines[c] = scale == 0 ? 0 : Math.Clamp(VectorMath.Dot(query, mean) / scale, -1, 1);
        }

        return cosines;
    }

    public override void Write(string name, TensorBag tensors)
    {
        tensors.Add(name + ".means", means, Labels.Length, width);
        ClassGaussians.WriteLabels(name, tensors, Labels);
    }
}
