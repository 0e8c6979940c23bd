using System.Text;

namespace Fathom.Formats.Tests.PyTorch;

/// <summary>Writes pickles opcode by opcode, right or wrong, and the ZIP archives around them, for tests.</summary>
internal sealed class PickleBytes
{
    private readonly List<byte> _bytes = [0x80, 2];

    public PickleBytes Op(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleBytes Op(char code) => Op((byte)code);

    public PickleBytes Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        return Op('X').Op(BitConverter.GetBytes(utf8.Length)).Op(utf8);
    }

    public PickleBytes Number(long value) => value is >= 0 and < 256 ? Op((byte)'K', (byte)value) : Op(0x8a, 8).Op(BitConverter.GetBytes(value));

    public PickleBytes Global(string module, string name) => Op('c').Op(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));

    public PickleBytes Numbers(params long[] values)
    {
        Op('(');
        foreach (var value in values) Number(value);
        return Op('t');
    }

    /// <summary>The call that rebuilds a tensor of storage 0.</summary>
    public PickleBytes Tensor(long elements, long offset, long[] shape, long[] strides, string storage = "FloatStorage", string key = "0") =>
        Global("torch._utils", "_rebuild_tensor_v2").Op('(').Op('(').Text("storage").Global("torch", storage).Text(key).Text("cpu").Number(elements).Op('t').Op('Q')
            .Number(offset).Numbers(shape).Numbers(strides).Op(0x89).Global("collections", "OrderedDict").Op(')').Op('R').Op('t').Op('R');

    /// <summary>The pickle, STOP added.</summary>
    public byte[] End() => [.. _bytes, (byte)'.'];

    /// <summary>A dictionary with one entry made by <paramref name="value"/>.</summary>
    public static byte[] Dictionary(Func<PickleBytes, PickleBytes> value) => value(new PickleBytes().Op('}').Text("weight")).Op('s').End();

    /// <summary>A checkpoint with that pickle and one storage of four floats.</summary>
    public static byte[] Checkpoint(byte[] pickle, int storageBytes = 16) => new ZipBytes().Add("archive/data.pkl", pickle).Add("archive/data/0", new byte[storageBytes]).Add("archive/version", "3\n"u8.ToArray()).Build();
}
