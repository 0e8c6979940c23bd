using System.Buffers.Binary;
using Fathom.Formats;
using Fathom.Tensors;

namespace Fathom.Training.Tests;

/// <summary>Losses and gradients cut from shared/golden/hf, under tests/golden/training, or with the models under tests/golden/hf or in the shared folder.</summary>
internal sealed class Golden : IDisposable
{
    private readonly SafetensorsFile _file;

    public Golden(string name)
    {
        _file = SafetensorsFile.Open(File(name));
    }

    public static string File(string name)
    {
        var own = SharedFolder.Golden(Path.Combine("training", name + ".safetensors"));
        return System.IO.File.Exists(own) ? own : Path.Combine(Folder(name), "golden.safetensors");
    }

    public static string Folder(string model)
    {
        var path = Path.Combine("hf", model);
        return Directory.Exists(SharedFolder.Golden(path)) ? SharedFolder.Golden(path) : SharedFolder.Path(Path.Combine("golden", path));
    }

    public IReadOnlyList<string> Names => _file.Names;

    public unsafe float[] Floats(string name)
    {
        var tensor = _file.GetTensor(name);
        var values = new float[tensor.ElementCount];
        BlockDecoder.Decode(tensor.Type, new ReadOnlySpan<byte>(tensor.Data, (int)tensor.ByteLength), values);
        return values;
    }

    public unsafe int[] Integers(string name)
    {
        var tensor = _file.GetTensor(name);
        var bytes = new ReadOnlySpan<byte>(tensor.Data, (int)tensor.ByteLength).ToArray();
        return [.. Enumerable.Range(0, (int)tensor.ElementCount).Select(i => (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8 * i)))];
    }

    public TokenBatch Batch()
    {
        var batch = TokenBatch.FromPadded(Integers("input_ids"), Integers("attention_mask"), 18);
        batch.RopeLength = 18;
        return batch;
    }

    public List<int[]> Sequences() =>
        [.. Integers("input_ids").Chunk(18).Zip(Integers("attention_mask").Chunk(18), (ids, mask) => ids.Where((_, i) => mask[i] != 0).ToArray())];

    public void Dispose() => _file.Dispose();
}
