using System.Text.Json.Nodes;

namespace Fathom.Cli.Quickstart;

/// <summary>How many problems of a set the model solved.</summary>
/// <param name="Set">Name of the set.</param>
/// <param name="Problems">Problems asked; those fitted on are left out.</param>
/// <param name="Right">Right answers.</param>
internal sealed record SetAccuracy(string Set, int Problems, int Right)
{
    /// <summary>Share of right answers.</summary>
    public double Share => (double)Right / Problems;

    /// <summary>As results have it.</summary>
    public JsonObject ToJson() => new() { ["set"] = Set, ["problems"] = Problems, ["right"] = Right, ["accuracy"] = Share };
}
