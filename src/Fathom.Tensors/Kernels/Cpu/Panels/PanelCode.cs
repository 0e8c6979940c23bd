using Fathom.Tensors.Blocks;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>The code for one panel format at one vector width.</summary>
internal readonly unsafe struct PanelCode
{
    /// <summary>Bytes of a block of 32 steps.</summary>
    public int BlockBytes { get; private init; }

    /// <summary>Whether blocks are fp32 already.</summary>
    public bool IsFloat { get; private init; }

    /// <summary>rows (32, null for none), depth, panel.</summary>
    public delegate*<byte**, int, byte*, void> Pack { get; private init; }

    /// <summary>block, steps, destination [steps, 32].</summary>
    public delegate*<byte*, int, float*, void> Decode { get; private init; }

    /// <summary>panel, depth, x, sums [32]: one row.</summary>
    public delegate*<byte*, int, float*, float*, void> Dot1 { get; private init; }

    /// <summary>first panel, second panel, depth, x, sums [64]: one row.</summary>
    public delegate*<byte*, byte*, int, float*, float*, void> Dot1Pair { get; private init; }

    /// <summary>panel, depth, x, stride, sums [2, 32]: two rows.</summary>
    public delegate*<byte*, int, float*, nint, float*, void> Dot2 { get; private init; }

    /// <summary>panel, depth, x, stride, sums [4, 32]: four rows.</summary>
    public delegate*<byte*, int, float*, nint, float*, void> Dot4 { get; private init; }

    /// <summary>The code for weights stored as <paramref name="type"/>.</summary>
    public static PanelCode For<T>(DType type)
        where T : struct, ILanes<T> => type switch
        {
            DType.F32 => Of<FloatPanel, T>(),
            DType.F16 => Of<HalfPanel, T>(),
            DType.BF16 => Of<BFloatPanel, T>(),
            DType.Q4_0 => Of<BlockPanel<Q4_0Format>, T>(),
            DType.Q4_1 => Of<BlockPanel<Q4_1Format>, T>(),
            DType.Q5_0 => Of<BlockPanel<Q5_0Format>, T>(),
            DType.Q5_1 => Of<BlockPanel<Q5_1Format>, T>(),
            DType.Q8_0 => Of<BlockPanel<Q8_0Format>, T>(),
            DType.Q2_K => Of<BlockPanel<Q2_KFormat>, T>(),
            DType.Q3_K => Of<BlockPanel<Q3_KFormat>, T>(),
            DType.Q4_K => Of<BlockPanel<Q4_KFormat>, T>(),
            DType.Q5_K => Of<BlockPanel<Q5_KFormat>, T>(),
            DType.Q6_K => Of<BlockPanel<Q6_KFormat>, T>(),
            DType.IQ4_NL => Of<BlockPanel<IQ4_NLFormat>, T>(),
            DType.IQ4_XS => Of<BlockPanel<IQ4_XSFormat>, T>(),
            DType.IQ2_XXS => Of<BlockPanel<IQ2_XXSFormat>, T>(),
            DType.IQ2_XS => Of<BlockPanel<IQ2_XSFormat>, T>(),
            DType.IQ2_S => Of<BlockPanel<IQ2_SFormat>, T>(),
            DType.IQ3_XXS => Of<BlockPanel<IQ3_XXSFormat>, T>(),
            DType.IQ3_S => Of<BlockPanel<IQ3_SFormat>, T>(),
            DType.IQ1_S => Of<BlockPanel<IQ1_SFormat>, T>(),
            DType.IQ1_M => Of<BlockPanel<IQ1_MFormat>, T>(),
            DType.TQ1_0 => Of<BlockPanel<TQ1_0Format>, T>(),
            DType.TQ2_0 => Of<BlockPanel<TQ2_0Format>, T>(),
            DType.MXFP4 => Of<BlockPanel<MXFP4Format>, T>(),
            DType.NVFP4 => Of<BlockPanel<NVFP4Format>, T>(),
            DType.Q1_0 => Of<BlockPanel<Q1_0Format>, T>(),
            DType.Q2_0 => Of<BlockPanel<Q2_0Format>, T>(),
            _ => throw new NotSupportedException($"{type} is not a weight type."),
        };

    private static PanelCode Of<TPanel, T>()
        where TPanel : struct, IPanelFormat
        where T : struct, ILanes<T> => new()
        {
            BlockBytes = TPanel.BlockBytes,
            IsFloat = TPanel.IsFloat,
            Pack = &TPanel.Pack,
            Decode = &PanelKernels<TPanel, T>.Decode,
            Dot1 = &PanelKernels<TPanel, T>.Dot1,
            Dot1Pair = &PanelKernels<TPanel, T>.Dot1Pair,
            Dot2 = &PanelKernels<TPanel, T>.Dot2,
            Dot4 = &PanelKernels<TPanel, T>.Dot4,
        };
}
