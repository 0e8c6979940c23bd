using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>Collects a <see cref="TextsKey"/>.</summary>
internal sealed class TextsAccumulator(int characters) : StatisticAccumulator
{
    private readonly List<(long Index, string Text)> _items = [];

    public override void Add(Trace trace) => _items.Add((trace.Index, Shorten(trace.Text)));

    public override void MergeWith(StatisticAccumulator other) => _items.AddRange(((TextsAccumulator)other)._items);

    public override Statistic ToStatistic(StatisticKey key) => Texts();

    public override void Write(string name, TensorBag tensors) => Texts().Write(name, tensors);

    public override void Read(string name, TensorBag tensors) => _items.AddRange(FitTexts.Read(name, tensors, tensors.Read<long>(name + ".indices", -1).Length).Items);

    private FitTexts Texts() => new([.. _items.OrderBy(static item => item.Index).ThenBy(static item => item.Text, StringComparer.Ordinal)]);

    // A surrogate pair is never cut in two.
    private string Shorten(string text)
    {
        if (text.Length <= characters) return text;
        var end = Math.Max(0, characters - 1);
        if (end > 0 && char.IsHighSurrogate(text[end - 1])) end--;
        return text[..end] + "\u2026";
    }
}
