using System.Runtime.InteropServices;

namespace Fathom.Tensors.Tests.Kernels;

/// <summary>A random stored weight of any type; half-precision scales are kept small and finite.</summary>
internal sealed unsafe class TestWeight : IDisposable
{
    public static readonly DType[] Types =
    [
        DType.F32, DType.F16, DType.BF16, DType.Q4_0, DType.Q4_1, DType.Q5_0, DType.Q5_1, DType.Q8_0,
        DType.Q2_K, DType.Q3_K, DType.Q4_K, DType.Q5_K, DType.Q6_K,
        DType.IQ4_NL, DType.IQ4_XS, DType.IQ2_XXS, DType.IQ2_XS, DType.IQ2_S, DType.IQ3_XXS, DType.IQ3_S, DType.IQ1_S, DType.IQ1_M,
        DType.TQ1_0, DType.TQ2_0, DType.MXFP4, DType.NVFP4, DType.Q1_0, DType.Q2_0,
    ];

    private readonly byte* _bytes;

    public TestWeight(CounterRandom random, DType type, int outputs, int inputs)
    {
        var info = DTypeInfo.Of(type);
        var length = info.ByteLength((long)outputs * inputs);

        // One byte off: a mapped file promises no alignment.
        _bytes = (byte*)NativeMemory.AlignedAlloc((nuint)length + 1, 64) + 1;
        var span = new Span<byte>(_bytes, (int)length);
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = (byte)random.NextUInt32();
        }

        int[] halves = type switch
        {
            DType.Q4_0 or DType.Q5_0 or DType.Q8_0 or DType.IQ4_NL or DType.IQ4_XS or DType.IQ2_XXS or DType.IQ2_XS or DType.IQ2_S => [0],
            DType.IQ3_XXS or DType.IQ3_S or DType.IQ1_S or DType.Q1_0 or DType.Q2_0 => [0],
            DType.TQ1_0 => [52],
            DType.TQ2_0 => [64],
            DType.Q4_1 or DType.Q5_1 or DType.Q4_K or DType.Q5_K => [0, 2],
            DType.Q2_K => [80, 82],
            DType.Q3_K => [108],
            DType.Q6_K => [208],
            _ => [],
        };
        for (var i = 0L; i < (long)outputs * inputs / info.BlockSize; i++)
        {
            var block = _bytes + i * info.BytesPerBlock;
            var value = (float)(0.05 * random.NextNormal());
            switch (type)
            {
                case DType.F32:
                    *(float*)block = value;
                    break;
                case DType.F16:
                    *(Half*)block = random.NextInt32(16) == 0 ? (Half)(value * 1e-5f) : (Half)value;
                    break;
                case DType.BF16:
                    *(ushort*)block = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
                    break;
            }

            if (type == DType.MXFP4) *block = (byte)(120 + random.NextInt32(4));

            // The top nibbles of four words are the half scale: here 2^-7 and a fraction.
            if (type == DType.IQ1_M) (block[49], block[51], block[53], block[55]) = ((byte)(block[49] & 15), block[51], (byte)(block[53] & 15 | 0xC0), (byte)(block[55] & 15 | 0x20));
            foreach (var offset in halves)
            {
                *(Half*)(block + offset) = (Half)(0.01 * random.NextNormal());
            }
        }

        Tensor = new StoredTensor("weight", type, [outputs, inputs], _bytes, length, this);
    }

    public StoredTensor Tensor { get; }

    public void Dispose() => NativeMemory.AlignedFree(_bytes - 1);
}
