using System.Runtime.InteropServices;
using Fathom.Tensors;

namespace Fathom.Benchmarks;

/// <summary>A random weight of any type in native memory.</summary>
internal sealed unsafe class BenchWeight : IDisposable
{
    private readonly byte* _bytes;

    public BenchWeight(DType type, int outputs, int inputs)
    {
        var info = DTypeInfo.Of(type);
        var length = info.ByteLength((long)outputs * inputs);
        _bytes = (byte*)NativeMemory.AlignedAlloc((nuint)length, 64);
        var random = new CounterRandom(1);
        for (var i = 0L; i < length / 4 * 4; i += 4)
        {
            *(uint*)(_bytes + i) = random.NextUInt32();
        }

        for (var i = 0L; i < (long)outputs * inputs / info.BlockSize; i++)
        {
            var block = _bytes + i * info.BytesPerBlock;
            switch (type)
            {
                case DType.F32:
                    *(float*)block = random.NextSingle() - 0.5f;
                    break;
                case DType.BF16:
                    *(ushort*)block = (ushort)(BitConverter.SingleToUInt32Bits(random.NextSingle() - 0.5f) >> 16);
                    break;
                default:
                    *(Half*)block = (Half)0.01f;
                    if (type is DType.Q4_1 or DType.Q4_K)
                    {
                        *(Half*)(block + 2) = (Half)0.01f;
                    }

                    break;
            }
        }

        Tensor = new StoredTensor("weight", type, [outputs, inputs], _bytes, length, this);
    }

    public StoredTensor Tensor { get; }

    public void Dispose() => NativeMemory.AlignedFree(_bytes);
}
