namespace Fathom.Tensors.Kernels.Gradients;

/// <summary>
/// Which numbers of an array a training pass drops: number i has counter i / 32 * 8 + i % 8 and of its four words number i / 8 % 4, so
/// that eight counters side by side make 32 numbers in their order.
/// </summary>
/// <param name="Seed">Key of the generator.</param>
/// <param name="Stream">Step and place in the pass.</param>
/// <param name="Threshold">A number is dropped where its word is below.</param>
/// <param name="Scale">Factor on what is kept.</param>
internal readonly record struct DropoutDraw(ulong Seed, ulong Stream, uint Threshold, float Scale)
{
    /// <summary>Whether a number is kept.</summary>
    public bool Keeps(long i)
    {
        var counter = (ulong)(i / 32 * 8 + i % 8);
        var (a, b, c, d) = CounterRandom.Philox(((uint)counter, (uint)(counter >> 32), (uint)Stream, (uint)(Stream >> 32)), ((uint)Seed, (uint)(Seed >> 32)));
        return (i / 8 % 4) switch { 0 => a, 1 => b, 2 => c, _ => d } >= Threshold;
    }
}
