using System.Text;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>The finished statistic of a <see cref="TextsKey"/>, ascending by place in the data.</summary>
internal sealed class FitTexts(IReadOnlyList<(long Index, string Text)> items) : Statistic
{
    private readonly long[] _indices = [.. items.Select(static item => item.Index)];

    /// <summary>Places and texts.</summary>
    public IReadOnlyList<(long Index, string Text)> Items => items;

    /// <summary>The text of a sample; <see langword="null"/> where several samples share the place, or none has it.</summary>
    public string? Of(long index)
    {
        var place = Array.BinarySearch(_indices, index);
        if (place < 0) return null;
        var shared = (place > 0 && _indices[place - 1] == index) || (place + 1 < _indices.Length && _indices[place + 1] == index);
        return shared ? null : items[place].Text;
    }

    public override void Write(string name, TensorBag tensors)
    {
        using var bytes = new MemoryStream();
        var ends = new long[items.Count];
        for (var i = 0; i < ends.Length; i++)
        {
            bytes.Write(Encoding.UTF8.GetBytes(items[i].Text));
            ends[i] = bytes.Length;
        }

        tensors.Add(name + ".indices", _indices, _indices.Length);
        tensors.Add(name + ".ends", ends, ends.Length);
        tensors.Add(name + ".bytes", bytes.ToArray(), bytes.Length);
    }

    public static FitTexts Read(string name, TensorBag tensors, int fitCount)
    {
        var indices = tensors.Read<long>(name + ".indices", fitCount);
        var ends = tensors.Read<long>(name + ".ends", fitCount);
        var bytes = tensors.Read<byte>(name + ".bytes", -1);
        var texts = new (long, string)[fitCount];
        long start = 0;
        for (var i = 0; i < fitCount; i++)
        {
            if (ends[i] < start || ends[i] > bytes.Length || (i > 0 && indices[i] < indices[i - 1])) throw new FathomException($"tensor '{name}.ends' or '{name}.indices' does not ascend at {i}");
            texts[i] = (indices[i], Encoding.UTF8.GetString(bytes, (int)start, (int)(ends[i] - start)));
            start = ends[i];
        }

        return start == bytes.Length ? new FitTexts(texts) : throw new FathomException($"tensor '{name}.bytes' has bytes that belong to no text");
    }
}
