namespace Fathom.Training.Recipes;

/// <summary>Low-rank updates of a frozen model.</summary>
public sealed record AdapterRecipe
{
    /// <summary>Kind of adapter: <c>lora</c>.</summary>
    public string Kind { get; init; } = "lora";

    /// <summary>Rank of the updates. Default 8.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>The updates' factor is alpha / rank. Default 16.</summary>
    public double Alpha { get; init; } = 16;

    /// <summary>Probability with which an element of the update's input is dropped. Default 0.</summary>
    public double Dropout { get; init; }

    /// <summary>Names of the layers: whole, from a dot on (<c>q_proj</c>), or the one word <c>all-linear</c>.</summary>
    public IReadOnlyList<string> Targets { get; init; } = ["all-linear"];

    /// <summary>Modules taught whole, as copies kept with the adapter, such as <c>lm_head</c>. Default none.</summary>
    public IReadOnlyList<string> ModulesToSave { get; init; } = [];

    /// <summary>Whether the factor is alpha / sqrt(rank).</summary>
    public bool Rslora { get; init; }
}
