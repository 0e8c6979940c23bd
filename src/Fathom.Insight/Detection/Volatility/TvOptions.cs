using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>Settings of a TV score. The defaults are the profile <c>paper</c>.</summary>
public sealed record TvOptions
{
    /// <summary>Order k of the differences over the layers: 0 is TV score, more is TV score with differential smoothing. Default 0.</summary>
    public int Order { get; init; }

    /// <summary>Which positions are pooled. Default output predictive.</summary>
    public Pooling Pooling { get; init; } = Pooling.OutputPredictive;

    /// <summary>First entry used, 0 or 1; default 1, because entry 0 does not depend on context and may not vary at all.</summary>
    public int FirstLayer { get; init; } = 1;

    /// <summary>Variance of a difference. Default the paper's.</summary>
    public VarianceRule VarianceRule { get; init; } = VarianceRule.PaperC;

    /// <summary>Distance of a layer. Default squared Mahalanobis.</summary>
    public LayerDistance Distance { get; init; } = LayerDistance.MahalanobisSquared;

    /// <summary>Covariance of a layer. Default diagonal, as published; full covariances are an extension.</summary>
    public LayerCovarianceRule Covariance { get; init; } = LayerCovarianceRule.Diagonal;

    /// <summary>For the ridge rule: the share of a layer's mean variance that is added to every direction; default 0.01.</summary>
    public double Ridge { get; init; } = 0.01;

    /// <summary>Least variance of a layer (with the empirical rule, of a difference); default 1e-12. 0 = no floor.</summary>
    public double Floor { get; init; } = 1e-12;

    /// <summary>Layers used. Default all that the order leaves.</summary>
    public LayerWindow Window { get; init; } = LayerWindow.PerOrder;

    /// <summary>Highest order K of the family, which the reference window depends on; default 5.</summary>
    public int MaxOrder { get; init; } = 5;

    /// <summary>Decimals the score is rounded to, or <see langword="null"/> for none (the default).</summary>
    public int? Decimals { get; init; }

    /// <summary>The profile <c>paper</c>: the clean, correct one.</summary>
    public static TvOptions Paper(int order) => new() { Order = order };

    /// <summary>The profile <c>reference</c>: what the code released with the paper computes, rounding included.</summary>
    public static TvOptions Reference(int order) => new()
    {
        Order = order,
        Pooling = Pooling.ReferenceCode,
        Distance = LayerDistance.NormOfSquaredZ,
        Floor = 0,
        Window = LayerWindow.Reference,
        Decimals = 2,
    };

    /// <summary>First and last entry of the differenced trajectory, of <paramref name="entries"/> hidden-state entries.</summary>
    /// <exception cref="FathomException">The model has too few layers for these settings.</exception>
    public (int First, int Last) Layers(int entries)
    {
        Validate();
        var needed = Window == LayerWindow.Reference ? MaxOrder + 4 : Order + FirstLayer + 2;
        if (entries < needed)
        {
            throw new FathomException($"TV score of order {Order}: a model of {entries - 1} layers is too shallow; expected at least {needed - 1} (the {(Window == LayerWindow.Reference ? "reference" : "paper")} layer window): use a lower order or another profile");
        }

        return Window == LayerWindow.Reference ? (1, entries - MaxOrder - 2) : (FirstLayer, entries - 1 - Order);
    }

    internal void Validate()
    {
        if (Order is < 0 or > 50) throw new FathomException($"TV score: order {Order}; expected 0 to 50");
        if (FirstLayer is not (0 or 1)) throw new FathomException($"TV score: first_layer {FirstLayer}; expected 0 or 1");
        if (!Enum.IsDefined(Pooling)) throw new FathomException($"TV score: pooling {Pooling} is unknown");
        if (!Enum.IsDefined(VarianceRule)) throw new FathomException($"TV score: variance rule {VarianceRule} is unknown");
        if (!Enum.IsDefined(Distance)) throw new FathomException($"TV score: distance {Distance} is unknown");
        if (!Enum.IsDefined(Window)) throw new FathomException($"TV score: layer window {Window} is unknown");
        if (!(Floor >= 0 && double.IsFinite(Floor))) throw new FathomException($"TV score: floor {Floor}; expected 0 or more");
        if (!Enum.IsDefined(Covariance)) throw new FathomException($"TV score: covariance {Covariance} is unknown");
        if (!(Ridge > 0 && double.IsFinite(Ridge))) throw new FathomException($"TV score: ridge {Ridge}; expected a number above 0");
        if (Covariance != LayerCovarianceRule.Diagonal && (Distance == LayerDistance.NormOfSquaredZ || VarianceRule == VarianceRule.Empirical))
        {
            throw new FathomException("TV score: a full covariance goes with the Mahalanobis distances and the variance rules paper_c and independent_c2; the others are defined for variances alone");
        }

        if (Decimals is < 0 or > 15) throw new FathomException($"TV score: {Decimals} decimals; expected 0 to 15");
        if (MaxOrder is < 0 or > 50 || (Window == LayerWindow.Reference && Order > MaxOrder))
        {
            throw new FathomException($"TV score: order {Order} with highest order {MaxOrder}; expected 0 <= order <= highest order <= 50");
        }
    }
}
