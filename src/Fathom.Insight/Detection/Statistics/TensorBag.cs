namespace Fathom.Insight.Detection.Statistics;

/// <summary>Tensors of a detector file by name; remembers which were read, so that extra ones are noticed.</summary>
internal sealed class TensorBag
{
    private readonly SortedDictionary<string, Array> _data = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long[]> _shapes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => _data.Keys;

    public IEnumerable<string> Unread => _data.Keys.Where(name => !_read.Contains(name));

    public void Add(string name, Array data, params long[] shape)
    {
        _data.Add(name, data);
        _shapes.Add(name, shape);
    }

    public (Array Data, long[] Shape) this[string name] => (_data[name], _shapes[name]);

    /// <summary>A tensor of exactly this element type and shape; a -1 leaves a dimension free.</summary>
    public T[] Read<T>(string name, params long[] shape)
        where T : struct
    {
        if (!_data.TryGetValue(name, out var data))
        {
            throw new FathomException($"tensor '{name}' is missing");
        }

        var actual = _shapes[name];
        var fits = actual.Length == shape.Length;
        for (var i = 0; fits && i < shape.Length; i++)
        {
            fits = shape[i] < 0 || shape[i] == actual[i];
        }

        if (!fits || data is not T[] values)
        {
            throw new FathomException($"tensor '{name}' is {data.GetType().GetElementType()!.Name} [{string.Join(", ", actual)}]; expected {typeof(T).Name} [{string.Join(", ", shape)}]");
        }

        _read.Add(name);
        return values;
    }

    /// <summary>The same, every value finite and at least <paramref name="least"/>.</summary>
    public double[] ReadFinite(string name, double least, params long[] shape)
    {
        var values = Read<double>(name, shape);
        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]) || values[i] < least)
            {
                throw new FathomException($"tensor '{name}' holds {values[i]} at {i}; expected finite numbers{(least == 0 ? ", none negative" : "")}");
            }
        }

        return values;
    }
}
