using System.Buffers.Binary;
using Fathom.Tensors.Blocks;

namespace Fathom.Tensors;

/// <summary>Widens stored elements to fp32: plain floating-point types and all of GGUF's block types, to the bit as ggml's reference does.</summary>
public static class BlockDecoder
{
    /// <summary>Whether <see cref="Decode"/> reads <paramref name="type"/>: F32, F16, BF16 and the block types.</summary>
    public static bool CanDecode(DType type) => type is DType.F32 or DType.F16 or DType.BF16 || DTypeInfo.Of(type).IsQuantised;

    /// <summary>Fills <paramref name="destination"/> with the values of the elements in <paramref name="source"/>.</summary>
    /// <param name="type">How the elements are stored.</param>
    /// <param name="source">Exactly the bytes of <paramref name="destination"/>'s elements, little-endian, of any alignment.</param>
    /// <param name="destination">One number per element; a whole number of blocks.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    /// <exception cref="NotSupportedException">The type is an integer type or F64.</exception>
    public static void Decode(DType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        if (!CanDecode(type))
        {
            throw new NotSupportedException($"{DTypeInfo.Of(type).Name} tensors are not weights; only floating-point and quantised types are widened to fp32.");
        }

        var expected = DTypeInfo.Of(type).ByteLength(destination.Length);
        if (source.Length != expected)
        {
            throw new ArgumentException($"{destination.Length} {DTypeInfo.Of(type).Name} elements take {expected} bytes, not {source.Length}.", nameof(source));
        }

        switch (type)
        {
            case DType.F32:
                for (var i = 0; i < destination.Length; i++)
                {
                    destination[i] = BinaryPrimitives.ReadSingleLittleEndian(source[(4 * i)..]);
                }

                break;
            case DType.F16:
                for (var i = 0; i < destination.Length; i++)
                {
                    destination[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(source[(2 * i)..]);
                }

                break;
            case DType.BF16:
                for (var i = 0; i < destination.Length; i++)
                {
                    destination[i] = BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(source[(2 * i)..]) << 16);
                }

                break;
            case DType.Q4_0:
                DecodeBlocks<Q4_0Format>(source, destination);
                break;
            case DType.Q4_1:
                DecodeBlocks<Q4_1Format>(source, destination);
                break;
            case DType.Q5_0:
                DecodeBlocks<Q5_0Format>(source, destination);
                break;
            case DType.Q5_1:
                DecodeBlocks<Q5_1Format>(source, destination);
                break;
            case DType.Q8_0:
                DecodeBlocks<Q8_0Format>(source, destination);
                break;
            case DType.Q2_K:
                DecodeBlocks<Q2_KFormat>(source, destination);
                break;
            case DType.Q3_K:
                DecodeBlocks<Q3_KFormat>(source, destination);
                break;
            case DType.Q4_K:
                DecodeBlocks<Q4_KFormat>(source, destination);
                break;
            case DType.Q5_K:
                DecodeBlocks<Q5_KFormat>(source, destination);
                break;
            case DType.Q6_K:
                DecodeBlocks<Q6_KFormat>(source, destination);
                break;
            case DType.IQ4_NL:
                DecodeBlocks<IQ4_NLFormat>(source, destination);
                break;
            case DType.IQ4_XS:
                DecodeBlocks<IQ4_XSFormat>(source, destination);
                break;
            case DType.IQ2_XXS:
                DecodeBlocks<IQ2_XXSFormat>(source, destination);
                break;
            case DType.IQ2_XS:
                DecodeBlocks<IQ2_XSFormat>(source, destination);
                break;
            case DType.IQ2_S:
                DecodeBlocks<IQ2_SFormat>(source, destination);
                break;
            case DType.IQ3_XXS:
                DecodeBlocks<IQ3_XXSFormat>(source, destination);
                break;
            case DType.IQ3_S:
                DecodeBlocks<IQ3_SFormat>(source, destination);
                break;
            case DType.IQ1_S:
                DecodeBlocks<IQ1_SFormat>(source, destination);
                break;
            case DType.IQ1_M:
                DecodeBlocks<IQ1_MFormat>(source, destination);
                break;
            case DType.TQ1_0:
                DecodeBlocks<TQ1_0Format>(source, destination);
                break;
            case DType.TQ2_0:
                DecodeBlocks<TQ2_0Format>(source, destination);
                break;
            case DType.MXFP4:
                DecodeBlocks<MXFP4Format>(source, destination);
                break;
            case DType.NVFP4:
                DecodeBlocks<NVFP4Format>(source, destination);
                break;
            case DType.Q1_0:
                DecodeBlocks<Q1_0Format>(source, destination);
                break;
            case DType.Q2_0:
                DecodeBlocks<Q2_0Format>(source, destination);
                break;
            default:
                throw new InvalidOperationException($"{type} has no decoder.");
        }
    }

    private static void DecodeBlocks<TFormat>(ReadOnlySpan<byte> source, Span<float> destination)
        where TFormat : struct, IBlockFormat
    {
        var info = DTypeInfo.Of(TFormat.Type);
        Span<sbyte> codes = stackalloc sbyte[256];
        Span<float> scales = stackalloc float[16];
        Span<float> offsets = stackalloc float[16];
        for (var at = 0; at < destination.Length; at += info.BlockSize)
        {
            TFormat.Unpack(source, codes, scales, offsets);
            source = source[info.BytesPerBlock..];
            var block = destination.Slice(at, info.BlockSize);
            for (var i = 0; i < block.Length; i++)
            {
                var product = scales[i / TFormat.GroupSize] * codes[i];
                block[i] = TFormat.HasOffset ? product + offsets[i / TFormat.GroupSize] : product;
            }
        }
    }
}
