namespace Fathom.Models.Tracing;

/// <summary>
/// Monte-Carlo dropout (Y. Gal and Z. Ghahramani, "Dropout as a Bayesian approximation", ICML 2016): how often and how thinly the
/// model reads what it wrote.
/// Masks follow from seed, pass, site, position and column alone, so every sample meets the same thinned models, whatever runs
/// beside it.
/// </summary>
public sealed record DropoutOptions
{
    /// <summary>Stochastic passes a sample, at least 2. Default 10.</summary>
    public int Passes { get; init; } = 10;

    /// <summary>Probability with which a number is dropped, from 0 up to but not including 1. Default 0.1.</summary>
    public double Rate { get; init; } = 0.1;

    /// <summary>Where numbers are dropped. Default: on the embeddings and on everything that is added to the residual stream.</summary>
    public DropoutSites Sites { get; init; } = DropoutSites.All;

    /// <summary>Seed of the masks.</summary>
    public ulong Seed { get; init; }

    /// <summary>Complains about the first value out of range.</summary>
    /// <exception cref="FathomException">A value is out of range.</exception>
    public void Validate()
    {
        if (Passes is < 2 or > 100_000) throw new FathomException($"dropout passes are {Passes}, expected 2 to 100000: one alone does not vary");
        if (!(Rate is >= 0 and < 1)) throw new FathomException($"the dropout rate is {Rate}, expected from 0 up to but not including 1");
        if (Sites == DropoutSites.None || (Sites | DropoutSites.All) != DropoutSites.All) throw new FathomException($"the dropout sites are {Sites}, expected some of {DropoutSiteNames.NameOf(DropoutSites.All)}");
    }
}
