namespace Fathom.Tensors.Kernels;

/// <summary>
/// Which numbers of a matrix dropout takes away: a function of seed, site, the row's <see cref="DropoutPlace"/> and the column
/// alone. Every column has 32 bits of Philox4x32-10 and is dropped where they are below <see cref="Threshold"/>. Eight counters
/// one after another serve 32 columns, the first word of each the first eight, and so on, so that vectors need no shuffling.
/// </summary>
internal readonly record struct DropoutMask
{
    /// <summary>Columns that eight counters serve.</summary>
    public const int Group = 32;

    // Keeps these numbers apart from those that sampling draws from the same seed ("drop").
    private const uint Purpose = 0x64726F70;

    /// <summary>A mask that drops with a probability in [0, 1), which is rounded to a multiple of 2^-32.</summary>
    public DropoutMask(ulong seed, double rate, uint site)
    {
        if (!(rate is >= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(rate), rate, "a dropout rate is in [0, 1)");
        Key = ((uint)seed, (uint)(seed >> 32) ^ Purpose);
        Threshold = (uint)Math.Min(uint.MaxValue, Math.Round(rate * 4294967296.0));
        Scale = (float)(1 / (1 - rate));
        Site = site;
    }

    /// <summary>Philox's key.</summary>
    public (uint A, uint B) Key { get; }

    /// <summary>Numbers below it are dropped.</summary>
    public uint Threshold { get; }

    /// <summary>What is kept is multiplied with it, so that the mean stays.</summary>
    public float Scale { get; }

    /// <summary>Which place in the model.</summary>
    public uint Site { get; }

    /// <summary>Whether a number is dropped: the definition, one at a time.</summary>
    public bool Drops(DropoutPlace place, int column)
    {
        var inGroup = column % Group;
        var counter = (uint)(column / Group * 8 + inGroup % 8);
        var (a, b, c, d) = CounterRandom.Philox((counter, place.Position, Site, place.Pass), Key);
        var number = (inGroup / 8) switch { 0 => a, 1 => b, 2 => c, _ => d };
        return number < Threshold;
    }
}
