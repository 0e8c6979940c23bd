namespace Fathom.Insight.Detection.Statistics;

/// <summary>The finished statistic of a <see cref="ClassGaussiansKey"/>; labels are in ordinal order.</summary>
internal sealed class ClassGaussians(string[] labels, FullGaussian gaussian) : Statistic
{
    public string[] Labels { get; } = labels;

    public FullGaussian Gaussian { get; } = gaussian;

    public override void Write(string name, TensorBag tensors)
    {
        tensors.Add(name + ".means", Gaussian.MeanValues, Gaussian.Classes, Gaussian.Width);
        var (rank, width) = (Gaussian.Rank, Gaussian.Width);
        if (Gaussian.Weights is { } weights)
        {
            var directions = new double[checked(rank * width)];
            for (var at = 0; at < directions.Length; at++) directions[at] = Gaussian.Rows[at / width, at % width];
            tensors.Add(name + ".directions", directions, rank, width);
            tensors.Add(name + ".weights", weights, rank);
            tensors.Add(name + ".rest", new[] { Gaussian.Rest }, 1);
        }
        else
        {
            var lower = new double[CovarianceSums.PackedLength(width)];
            for (int i = 0, at = 0; i < width; i++)
            {
                for (var j = 0; j <= i; j++) lower[at++] = Gaussian.Rows[i, j];
            }

            tensors.Add(name + ".whitening", lower, lower.Length);
        }

        WriteLabels(name, tensors, Labels);
    }

    /// <summary>Writes labels as UTF-16 code units, and where each ends.</summary>
    public static void WriteLabels(string name, TensorBag tensors, string[] labels)
    {
        var ends = new long[labels.Length];
        for (var i = 0; i < ends.Length; i++)
        {
            ends[i] = (i == 0 ? 0 : ends[i - 1]) + labels[i].Length;
        }

        long[] units = [.. labels.SelectMany(static label => label).Select(static unit => (long)unit)];
        tensors.Add(name + ".label_ends", ends, ends.Length);
        tensors.Add(name + ".label_units", units, units.Length);
    }

    public static string[] ReadLabels(string name, TensorBag tensors)
    {
        var ends = tensors.Read<long>(name + ".label_ends", -1);
        var units = tensors.Read<long>(name + ".label_units", -1);
        if (units.Any(static unit => unit is < 0 or > char.MaxValue)) throw new FathomException($"tensor '{name}.label_units' holds a number that is no UTF-16 code unit");
        var labels = new string[ends.Length];
        long start = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            if (ends[i] < start || ends[i] > units.Length) throw new FathomException($"tensor '{name}.label_ends' does not ascend within the {units.Length} code units");
            labels[i] = new string([.. units[(int)start..(int)ends[i]].Select(static unit => (char)unit)]);
            start = ends[i];
        }

        return start == units.Length ? labels : throw new FathomException($"tensor '{name}.label_units' has code units that belong to no label");
    }
}
