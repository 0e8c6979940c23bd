using System.Runtime.CompilerServices;
using Fathom.Tensors.Blocks;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>
/// Block-quantised weights, still quantised: per 32 steps the scales of the 32 outputs (half precision where the file has it so),
/// the offsets likewise, then codes of one byte or one nibble. The decoded weight is that of <see cref="BlockDecoder"/> to the bit.
/// </summary>
/// <typeparam name="TFormat">The type in the file.</typeparam>
internal readonly unsafe struct BlockPanel<TFormat> : IPanelFormat
    where TFormat : struct, IBlockFormat
{
    /// <inheritdoc/>
    public static int BlockBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => CodesAt + 32 * StepBytes;
    }

    /// <inheritdoc/>
    public static int Groups
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 32 / TFormat.GroupSize;
    }

    /// <inheritdoc/>
    public static bool IsFloat => false;

    private static int ScaleBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TFormat.HalfScales ? 64 : 128;
    }

    private static int CodesAt
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Groups * ScaleBytes * (TFormat.HasOffset ? 2 : 1);
    }

    private static int StepBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TFormat.FitsNibble ? 16 : 32;
    }

    /// <inheritdoc/>
    public static void Pack(byte** rows, int depth, byte* panel)
    {
        var info = DTypeInfo.Of(TFormat.Type);
        var groups = info.BlockSize / TFormat.GroupSize;
        Span<sbyte> codes = stackalloc sbyte[256];
        Span<float> scales = stackalloc float[16];
        Span<float> offsets = stackalloc float[16];
        new Span<byte>(panel, depth / 32 * BlockBytes).Clear();
        for (var j = 0; j < 32; j++)
        {
            if (rows[j] == null)
            {
                continue;
            }

            for (var block = 0; block < depth / info.BlockSize; block++)
            {
                TFormat.Unpack(new ReadOnlySpan<byte>(rows[j] + (long)block * info.BytesPerBlock, info.BytesPerBlock), codes, scales, offsets);
                for (var g = 0; g < groups; g++)
                {
                    var step = block * info.BlockSize + g * TFormat.GroupSize;
                    var at = panel + (long)(step / 32) * BlockBytes;
                    var group = step % 32 / TFormat.GroupSize;
                    WriteScale(at + group * ScaleBytes, j, scales[g]);
                    if (TFormat.HasOffset)
                    {
                        WriteScale(at + (Groups + group) * ScaleBytes, j, offsets[g]);
                    }

                    for (var k = 0; k < TFormat.GroupSize; k++)
                    {
                        WriteCode(at + CodesAt + (step % 32 + k) * StepBytes, j, codes[g * TFormat.GroupSize + k]);
                    }
                }
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadScales<T>(byte* block, int group, out PanelScales<T> scales)
        where T : struct, ILanes<T>
    {
        scales = default;
        if (TFormat.FitsNibble)
        {
            scales.Nibbles = T.NibbleTable(TFormat.CodeBias);
        }

        ReadScales(block + group * ScaleBytes, out scales.Low, out scales.High);
        if (TFormat.HasOffset)
        {
            ReadScales(block + (Groups + group) * ScaleBytes, out scales.LowOffset, out scales.HighOffset);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadWeights<T>(byte* block, int k, in PanelScales<T> scales, out T low, out T high)
        where T : struct, ILanes<T>
    {
        var at = block + CodesAt + k * StepBytes;
        if (TFormat.FitsNibble)
        {
            T.LoadNibbles(at, scales.Nibbles, out low, out high);
        }
        else
        {
            low = T.LoadBytes(at);
            high = T.LoadBytes(at + 16);
        }

        low = T.Multiply(scales.Low, low);
        high = T.Multiply(scales.High, high);
        if (TFormat.HasOffset)
        {
            low = T.Add(low, scales.LowOffset);
            high = T.Add(high, scales.HighOffset);
        }
    }

    private static void WriteScale(byte* at, int output, float scale)
    {
        if (TFormat.HalfScales)
        {
            ((Half*)at)[2 * (output & 15) + (output >> 4)] = (Half)scale;
        }
        else
        {
            ((float*)at)[output] = scale;
        }
    }

    private static void WriteCode(byte* step, int output, sbyte code)
    {
        if (TFormat.FitsNibble)
        {
            step[output & 15] |= (byte)((code + TFormat.CodeBias) << (output < 16 ? 0 : 4));
        }
        else
        {
            step[output] = (byte)code;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ReadScales<T>(byte* at, out T low, out T high)
        where T : struct, ILanes<T>
    {
        if (TFormat.HalfScales)
        {
            T.LoadHalves(at, out low, out high);
        }
        else
        {
            low = T.Load((float*)at);
            high = T.Load((float*)at + 16);
        }
    }
}
