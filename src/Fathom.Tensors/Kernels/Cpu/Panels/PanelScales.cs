namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>Scales and offsets of the 32 outputs of a panel for a run of steps.</summary>
/// <typeparam name="T">The lanes.</typeparam>
internal struct PanelScales<T>
    where T : struct, ILanes<T>
{
    /// <summary>Scales of outputs 0..15.</summary>
    public T Low;

    /// <summary>Scales of outputs 16..31.</summary>
    public T High;

    /// <summary>Offsets of outputs 0..15.</summary>
    public T LowOffset;

    /// <summary>Offsets of outputs 16..31.</summary>
    public T HighOffset;

    /// <summary>See <see cref="ILanes{TSelf}.NibbleTable"/>.</summary>
    public T Nibbles;
}
