using Fathom.Insight.Numerics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>
/// Collects a <see cref="ClassScatterKey"/>. Up to a number of samples (<see cref="Limit"/>) they are kept as they are. Beyond it true
/// sums take their place: memory is width² and classes × width, whatever the number of samples. Of labelled data those sums do not
/// hold the fourth moment about each class's mean, which Ledoit and Wolf's shrinkage needs: it is then taken from the samples with the
/// lowest priorities, as many as the limit.
/// </summary>
internal sealed class ClassScatterAccumulator(ClassScatterKey key, TraceOrigin origin) : StatisticAccumulator
{
    private const int MostBytes = 1 << 26;

    private readonly double[] _values = new double[origin.Width];
    private readonly SortedDictionary<string, MomentSums> _classes = new(StringComparer.Ordinal);
    private List<ScatterSample> _samples = [];
    private CovarianceSums? _sums;
    private ClassScatter? _scatter;
    private string[] _labels = [];

    /// <summary>Samples kept as they are: three times the width, or 64 MiB of them where that is more.</summary>
    public int Limit { get; init; } = Math.Max(3 * origin.Width, MostBytes / 4 / origin.Width);

    /// <summary>Samples held now, at most twice the limit.</summary>
    public int SamplesKept => _samples.Count;

    public override void Add(Trace trace)
    {
        var last = origin.Entries - 1;
        var states = TraceChecks.States(trace, key.Pooling, origin, last);
        Add(new ScatterSample(key.Labelled ? trace.Label ?? "" : "", trace.Index, states[last].ToArray()));
    }

    public void Add(ScatterSample sample)
    {
        _scatter = null;
        _samples.Add(sample);
        if (_sums is not null) Sum(sample);
        else if (_samples.Count > Limit) BeginSums();
        if (_samples.Count > 2 * Limit) Trim();
    }

    public override void MergeWith(StatisticAccumulator other)
    {
        var from = (ClassScatterAccumulator)other;
        _scatter = null;
        if (from._sums is null)
        {
            foreach (var sample in from._samples) Add(sample);
            return;
        }

        if (_sums is null) BeginSums();
        _sums!.MergeWith(from._sums);
        foreach (var (label, sums) in from._classes) SumsOf(label).MergeWith(sums);
        _samples.AddRange(from._samples);
        if (_samples.Count > 2 * Limit) Trim();
    }

    public override Statistic ToStatistic(StatisticKey wanted)
    {
        var rule = (ClassGaussiansKey)wanted;
        _scatter ??= _sums is null ? OfSamples() : OfSums(_sums);
        return new ClassGaussians(_labels, _scatter.ToGaussian(rule.Rule, rule.Ridge));
    }

    public override void Write(string name, TensorBag tensors)
    {
        Trim();
        ClassGaussians.WriteLabels(name + ".samples", tensors, [.. _samples.Select(static sample => sample.Label)]);
        tensors.Add(name + ".samples.indices", (long[])[.. _samples.Select(static sample => sample.Index)], _samples.Count);
        tensors.Add(name + ".samples.vectors", (float[])[.. _samples.SelectMany(static sample => sample.Vector)], _samples.Count, origin.Width);
        if (_sums is null) return;
        _sums.Write(name + ".sums", tensors);
        ClassGaussians.WriteLabels(name + ".classes", tensors, [.. _classes.Keys]);
        var at = 0;
        foreach (var sums in _classes.Values) sums.Write($"{name}.classes.{at++}", tensors);
    }

    public override void Read(string name, TensorBag tensors)
    {
        var labels = ClassGaussians.ReadLabels(name + ".samples", tensors);
        var indices = tensors.Read<long>(name + ".samples.indices", labels.Length);
        var vectors = tensors.ReadFiniteFloats(name + ".samples.vectors", labels.Length, origin.Width);
        _samples = [.. labels.Select((label, i) => new ScatterSample(label, indices[i], vectors[(i * origin.Width)..((i + 1) * origin.Width)]))];
        if (!tensors.Has(name + ".sums.count")) return;
        _sums = new CovarianceSums(origin.Width);
        _sums.Read(name + ".sums", tensors);
        var classes = ClassGaussians.ReadLabels(name + ".classes", tensors);
        for (var i = 0; i < classes.Length; i++) SumsOf(classes[i]).Read($"{name}.classes.{i}", tensors);
    }

    private void BeginSums()
    {
        MemoryCheck.Ensure(CovarianceSums.Bytes(origin.Width), $"a full covariance of width {origin.Width} over more than {Limit} samples", "fit on fewer samples (--limit), or use detectors without full covariance");
        _sums = new CovarianceSums(origin.Width);
        foreach (var sample in _samples) Sum(sample);
    }

    private void Sum(ScatterSample sample)
    {
        _sums!.Add(sample.Vector);
        for (var j = 0; j < _values.Length; j++) _values[j] = sample.Vector[j];
        SumsOf(sample.Label).Add(_values);
    }

    private MomentSums SumsOf(string label)
    {
        if (!_classes.TryGetValue(label, out var sums)) _classes.Add(label, sums = new MomentSums(origin.Width));
        return sums;
    }

    // Which samples stay depends on the whole set alone: the lowest of a union are among the lowest of its parts.
    private void Trim()
    {
        if (_samples.Count <= Limit) return;
        var keyed = _samples.ConvertAll(static sample => (sample.Priority, Sample: sample));
        keyed.Sort(static (a, b) => a.Priority != b.Priority ? a.Priority.CompareTo(b.Priority) : ScatterSample.Compare(a.Sample, b.Sample));
        _samples = keyed.GetRange(0, Limit).ConvertAll(static item => item.Sample);
    }

    private ClassScatter OfSamples()
    {
        _samples.Sort(ScatterSample.Compare);
        _labels = [.. _samples.Select(static sample => sample.Label).Distinct()];
        var classes = new int[_samples.Count];
        var vectors = new double[checked(_samples.Count * origin.Width)];
        for (var i = 0; i < classes.Length; i++)
        {
            classes[i] = Array.BinarySearch(_labels, _samples[i].Label, StringComparer.Ordinal);
            for (var j = 0; j < origin.Width; j++) vectors[i * origin.Width + j] = _samples[i].Vector[j];
        }

        return ClassScatter.Of(vectors, origin.Width, classes);
    }

    private ClassScatter OfSums(CovarianceSums sums)
    {
        Trim();
        var width = origin.Width;
        var (mean, packed, _, fourth) = sums.Finish();
        _labels = [.. _classes.Keys];
        double[] means = [.. _classes.Values.SelectMany(static moments => moments.Finish().Mean)];
        var covariance = new double[checked(width * width)];
        for (var i = 0; i < width; i++) packed.AsSpan(i * (i + 1) / 2, i + 1).CopyTo(covariance.AsSpan(i * width));
        if (_labels.Length == 1) return ClassScatter.OfCovariance(means, covariance, width, sums.Count, fourth);

        // What the means differ by is no scatter around them.
        var between = (double[])means.Clone();
        var c = 0;
        foreach (var moments in _classes.Values)
        {
            var row = between.AsSpan(c++ * width, width);
            VectorMath.AddScaled(row, mean, -1);
            VectorMath.Scale(row, Math.Sqrt(moments.Count / (double)sums.Count));
        }

        var rows = MatrixView.Of(between, width).Turned;
        MatrixProducts.AddTransposed(MatrixView.Of(covariance, width), rows, rows, width, width, _labels.Length, -1, lower: true);
        for (var i = 0; i < width; i++) covariance[i * width + i] = Math.Max(0, covariance[i * width + i]);
        return ClassScatter.OfCovariance(means, covariance, width, sums.Count, FourthOfSamples(means) * (sums.Count / (double)_samples.Count));
    }

    private double FourthOfSamples(double[] means)
    {
        _samples.Sort(ScatterSample.Compare);
        var total = 0.0;
        foreach (var sample in _samples)
        {
            for (var j = 0; j < _values.Length; j++) _values[j] = sample.Vector[j];
            VectorMath.AddScaled(_values, means.AsSpan(Array.BinarySearch(_labels, sample.Label, StringComparer.Ordinal) * origin.Width, origin.Width), -1);
            var square = VectorMath.Dot(_values, _values);
            total += square * square;
        }

        return total;
    }
}
