using Fathom.Formats;
using Fathom.Models.Blocks;
using Fathom.Tensors;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Architectures;

/// <summary>
/// Hands weights to blocks by their Hugging Face names, whatever the file calls them, and keeps account: what is missing, of
/// another shape, or left over comes out as one error in <see cref="Finish"/>. Until then a weight with a fault is
/// <see langword="null"/>, so constructors must only store what they get.
/// </summary>
internal sealed unsafe class WeightBinder(ITensorSource source, IKernels kernels, bool gguf, TensorNames? names = null)
{
    private readonly WeightNames _names = new(source, names ?? TensorNames.Llama, gguf);
    private const int MostNames = 6;
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];
    private readonly List<IDisposable> _owned = [];

    /// <summary>What the blocks made from here live on; disposed with the model.</summary>
    public IReadOnlyList<IDisposable> Owned => _owned;

    /// <summary>Whether the file has a tensor.</summary>
    public bool Has(string name) => _names.TryFind(name, out _);

    /// <summary>A matrix <c>[outputs, inputs]</c>.</summary>
    public PackedMatrix Matrix(string name, int outputs, int inputs, int[]? rowOrder = null)
    {
        if (Take(name, outputs, inputs) is not { } tensor) return null!;
        var matrix = kernels.Pack(tensor, rowOrder);
        _owned.Add(matrix);
        return matrix;
    }

    /// <summary>
    /// Some rows of a tensor <c>[outputs, …]</c> whose inner dimensions count as one, as a matrix of their own: the halves of a fused
    /// projection, or the kernel of a convolution.
    /// </summary>
    public unsafe PackedMatrix MatrixPart(string name, ReadOnlySpan<long> shape, int first, int count)
    {
        if (Take(name, shape) is not { } tensor) return null!;
        long inputs = 1;
        foreach (var size in shape[1..]) inputs = checked(inputs * size);
        var rowBytes = tensor.ByteLength / shape[0];
        if (DTypeInfo.Of(tensor.Type).ByteLength(inputs) != rowBytes)
        {
            _faults.Add($"tensor '{tensor.Name}' is stored in blocks that run over the ends of its rows");
            return null!;
        }

        var matrix = kernels.Pack(new StoredTensor(tensor.Name, tensor.Type, [count, inputs], tensor.Data + first * rowBytes, count * rowBytes, tensor.Owner));
        _owned.Add(matrix);
        return matrix;
    }

    /// <summary>Some numbers of a vector, as a vector of their own.</summary>
    public WeightVector VectorPart(string name, int length, int first, int count) =>
        Vector(name, length) is { } whole ? Joined(count, whole.Values.Slice(first, count)) : null!;

    private WeightVector Joined(int length, ReadOnlySpan<float> values)
    {
        var vector = new WeightVector(kernels, values[..length]);
        _owned.Add(vector);
        return vector;
    }

    /// <summary>A vector with others copied into it at the given places, zero elsewhere.</summary>
    public WeightVector Joined(int length, params ReadOnlySpan<(WeightVector Part, int At)> parts)
    {
        var values = new float[length];
        foreach (var (part, at) in parts)
        {
            if (part is null) return null!;
            part.Values.CopyTo(values.AsSpan(at));
        }

        return Joined(length, values);
    }

    /// <summary>A vector, widened to fp32.</summary>
    public WeightVector Vector(string name, int length, int[]? order = null) => Vector(name, [length], order);

    private WeightVector Vector(string name, ReadOnlySpan<long> shape, int[]? order)
    {
        if (Take(name, shape) is not { } tensor) return null!;
        if (!BlockDecoder.CanDecode(tensor.Type))
        {
            _faults.Add($"tensor '{tensor.Name}' is stored as {DTypeInfo.Of(tensor.Type).Name}, expected a floating-point type");
            return null!;
        }

        var values = new float[tensor.ElementCount];
        WeightValues.Decode(tensor, values);
        var bad = Array.FindIndex(values, value => !float.IsFinite(value));
        if (bad >= 0)
        {
            _faults.Add($"tensor '{tensor.Name}' has {values[bad]} at index {bad}, every weight must be a finite number");
            return null!;
        }

        var vector = new WeightVector(kernels, values, order);
        _owned.Add(vector);
        return vector;
    }

    /// <summary>A linear layer: <c>NAME.weight</c> and, where asked for, <c>NAME.bias</c>.</summary>
    public Projection Projection(string name, int outputs, int inputs, bool bias, int[]? rowOrder = null) =>
        new(Matrix(name + ".weight", outputs, inputs, rowOrder), bias ? Vector(name + ".bias", outputs, rowOrder) : null);

    /// <summary>A linear layer as the plan says: all of a tensor or some of its rows, stored one way round or the other.</summary>
    public Projection Projection(LinearPlan linear, int[]? rowOrder = null)
    {
        var order = linear.Rows ?? rowOrder;
        var bias = linear.Bias ? Vector(linear.Name + ".bias", linear.Stored, order) : null;
        if (!linear.Transposed) return new Projection(Matrix(linear.Name + ".weight", linear.Stored, linear.Inputs, order), bias);
        if (Take(linear.Name + ".weight", linear.Inputs, linear.Stored) is not { } tensor) return new Projection(null!, bias);
        var matrix = kernels.Pack(TurnedTensor.Of(tensor), order);
        _owned.Add(matrix);
        return new Projection(matrix, bias);
    }

    /// <summary>A norm as the plan says.</summary>
    public INorm Norm(NormPlan norm)
    {
        var bias = norm.Bias ? Vector(norm.Name + ".bias", norm.Width) : null;
        if (norm.Together)
        {
            int[]? order = norm.Order is { } within ? [.. Enumerable.Range(0, norm.OwnHeads).SelectMany(head => within.Select(place => head * norm.Width + place))] : null;
            var weights = Vector(norm.Name + ".weight", [norm.OwnHeads, norm.Width], order);
            return weights is null ? null! : new OwnHeadNorm(weights, Own([.. Enumerable.Repeat(1f, norm.Width)]), norm.Kind, norm.Epsilon);
        }

        if (norm.OwnHeads > 0)
        {
            var parts = norm.Weights.Select(name => Vector(name, norm.Width)).ToArray();
            if (Array.Exists(parts, part => part is null)) return null!;
            float[] joined = [.. parts.SelectMany(part => new ReadOnlySpan<float>(part.Pointer, part.Length).ToArray())];
            return new OwnHeadNorm(Own(joined), Own([.. Enumerable.Repeat(1f, norm.Width)]), norm.Kind, norm.Epsilon);
        }

        var weight = Vector(norm.Name + ".weight", norm.Width);
        for (var i = 0; norm.AddsOne && weight is not null && i < norm.Width; i++) weight.Pointer[i] += 1;
        return norm.Kind == NormKind.Rms ? new RmsNorm(weight!, norm.Epsilon) : new LayerNorm(weight!, bias, norm.Epsilon);
    }

    /// <summary>Keeps something until the model goes.</summary>
    public T Keep<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    private WeightVector Own(float[] values) => Keep(new WeightVector(kernels, values));

    /// <summary>
    /// The head: its own matrix, or the embedding's where they are tied. Some files of tied models hold a head all the same: it
    /// is used if it differs (as transformers 5 does).
    /// </summary>
    public PackedMatrix Head(string name, string embeddingName, PackedMatrix embedding, int vocabulary, int width, bool tied)
    {
        if (!tied) return Matrix(name, vocabulary, width);
        if (!_names.TryFind(name, out var head)) return embedding;
        _used.Add(head.Name);
        return _names.TryFind(embeddingName, out var table) && SameBytes(head, table) ? embedding : Matrix(name, vocabulary, width);
    }

    /// <summary>
    /// GGUF files of the Llama family hold the rows of the query and key matrices with the two halves of a head interleaved, row
    /// 2i + j of the file being row i + j headDim/2 of Hugging Face: the order to read them in, or <see langword="null"/>.
    /// </summary>
    public int[]? RotaryRows(int heads, int headDim) => gguf ? InterleavedRows(heads, headDim) : null;

    /// <summary>For each row of Hugging Face its row in such a file.</summary>
    public static int[] InterleavedRows(int heads, int headDim)
    {
        var order = new int[checked(heads * headDim)];
        var half = headDim / 2;
        for (var row = 0; row < order.Length; row++)
        {
            var (head, within) = (row / headDim, row % headDim);
            order[row] = head * headDim + 2 * (within % half) + within / half;
        }

        return order;
    }

    /// <summary>Complains about everything that did not fit: missing, wrong and left-over tensors, those <paramref name="harmless"/> says do not matter apart.</summary>
    /// <exception cref="FathomException">Something did not fit.</exception>
    public void Finish(Func<string, bool> harmless)
    {
        var extra = source.Names.Where(name => !_used.Contains(name) && !harmless(name)).ToList();
        if (extra.Count > 0) _faults.Add($"{(extra.Count == 1 ? "a tensor" : $"{extra.Count} tensors")} the configuration has no place for: {List(extra)}");
        if (_faults.Count == 0) return;
        var shown = string.Join("; ", _faults.Take(MostNames)) + (_faults.Count > MostNames ? $"; and {_faults.Count - MostNames} more" : "");
        throw new FathomException($"{source.Location}: the weights do not fit the configuration: {shown}");
    }

    /// <summary>Frees what was made so far.</summary>
    public void DisposeOwned()
    {
        foreach (var owned in _owned) owned.Dispose();
    }

    private StoredTensor? Take(string name, params ReadOnlySpan<long> shape)
    {
        var inFile = _names.InFile(name);
        _used.Add(inFile);
        if (!_names.TryFind(name, out var tensor))
        {
            _faults.Add($"tensor '{inFile}' is missing");
            return null;
        }

        if (tensor.Shape.AsSpan().SequenceEqual(shape)) return tensor;
        _faults.Add($"tensor '{inFile}' has shape [{string.Join(", ", tensor.Shape)}], expected [{string.Join(", ", shape.ToArray())}]");
        return null;
    }

    private static unsafe bool SameBytes(StoredTensor a, StoredTensor b)
    {
        if (a.Type != b.Type || a.ByteLength != b.ByteLength) return false;
        const int Piece = 1 << 24;
        for (long at = 0; at < a.ByteLength; at += Piece)
        {
            var length = (int)Math.Min(Piece, a.ByteLength - at);
            if (!new ReadOnlySpan<byte>(a.Data + at, length).SequenceEqual(new ReadOnlySpan<byte>(b.Data + at, length))) return false;
        }

        return true;
    }

    private static string List(List<string> names) =>
        string.Join(", ", names.Take(MostNames).Select(name => $"'{ConfigText.Printable(name)}'")) + (names.Count > MostNames ? ", …" : "");
}
