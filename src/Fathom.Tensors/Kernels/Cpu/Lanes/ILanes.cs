namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>
/// Sixteen floats: one 512-bit vector, two of 256 or four of 128. Kernels written once over it do the same operations in the same
/// order at every width.
/// </summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal unsafe interface ILanes<TSelf> : INumbers<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>Reads 16 floats from any address.</summary>
    static abstract TSelf Load(float* from);

    /// <summary>Writes 16 floats to any address.</summary>
    static abstract void Store(TSelf x, float* to);

    /// <summary>Whether any lane of a equals the same lane of b.</summary>
    static abstract bool EqualsAny(TSelf a, TSelf b);

    /// <summary>Sum of the lanes: j and j + 8, then 4, 2, 1.</summary>
    static abstract float Fold(TSelf x);

    /// <summary>Largest lane; see <see cref="INumbers{TSelf}.Larger"/>.</summary>
    static abstract float FoldLargest(TSelf x);

    /// <summary>16 signed bytes as floats.</summary>
    static abstract TSelf LoadBytes(byte* from);

    /// <summary>What <see cref="LoadNibbles"/> wants in order to take <paramref name="bias"/> off every nibble.</summary>
    static abstract TSelf NibbleTable(float bias);

    /// <summary>16 bytes: their low nibbles and their high nibbles as floats, less the table's bias.</summary>
    static abstract void LoadNibbles(byte* from, TSelf table, out TSelf low, out TSelf high);

    /// <summary>16 words of two bfloat16 numbers: the low ones and the high ones.</summary>
    static abstract void LoadBFloats(byte* from, out TSelf low, out TSelf high);

    /// <summary>16 words of two half-precision numbers: the low ones and the high ones.</summary>
    static abstract void LoadHalves(byte* from, out TSelf low, out TSelf high);

    /// <summary>Widens 16 floats to doubles and adds them to 16 doubles in memory.</summary>
    static abstract void AddToDoubles(TSelf x, double* sums);

    /// <summary>Widens a and b to doubles and adds their products, with FMA, to 16 doubles in memory.</summary>
    static abstract void FmaToDoubles(TSelf a, TSelf b, double* sums);
}
