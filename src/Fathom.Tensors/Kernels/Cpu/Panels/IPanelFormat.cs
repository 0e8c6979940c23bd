namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>
/// How the weights of 32 outputs lie together: for every step k of the depth the 32 outputs' weights side by side, in blocks of
/// 32 steps. Wide words hold output j in their low part and output j + 16 in their high part, so that any width of vector
/// unpacks them without shuffles.
/// </summary>
internal unsafe interface IPanelFormat
{
    /// <summary>Bytes of a block of 32 steps; a multiple of 64.</summary>
    static abstract int BlockBytes { get; }

    /// <summary>Runs of steps within a block that share scales: 1 or 2.</summary>
    static abstract int Groups { get; }

    /// <summary>Whether a block is plain fp32 <c>[32, 32]</c>, which needs no unpacking.</summary>
    static abstract bool IsFloat { get; }

    /// <summary>Packs a panel: <paramref name="rows"/> are 32 stored rows, null where there is no such output.</summary>
    static abstract void Pack(byte** rows, int depth, byte* panel);

    /// <summary>Reads what the steps of a group share.</summary>
    static abstract void LoadScales<T>(byte* block, int group, out PanelScales<T> scales)
        where T : struct, ILanes<T>;

    /// <summary>Weights of step <paramref name="k"/> (0..31) of a block: outputs 0..15 and 16..31.</summary>
    static abstract void LoadWeights<T>(byte* block, int k, in PanelScales<T> scales, out T low, out T high)
        where T : struct, ILanes<T>;
}
