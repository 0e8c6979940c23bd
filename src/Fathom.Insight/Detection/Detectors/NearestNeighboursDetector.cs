using System.Text.Json.Nodes;
using Fathom.Insight.Detection.Statistics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>
/// Euclidean distance of the last entry's state, scaled to length 1, to its k-th nearest fit sample, scaled alike: <c>knn</c>.
/// With k = 1 it ranks exactly like <c>cosine</c>.
/// </summary>
public sealed record NearestNeighboursDetector : DetectorDefinition
{
    /// <summary>A detector of this many neighbours (fewer fit samples: all of them); default 10, last prompt token.</summary>
    public NearestNeighboursDetector(int neighbours = 10, Pooling pooling = Pooling.PromptLast, string name = "knn")
        : base(name)
    {
        Neighbours = neighbours;
        Pooling = pooling;
    }

    /// <summary>Number of neighbours.</summary>
    public int Neighbours { get; }

    /// <summary>Positions averaged.</summary>
    public Pooling Pooling { get; }

    /// <summary>Whether vectors are scaled to length 1 first; default yes.</summary>
    public bool Normalised { get; init; } = true;

    /// <inheritdoc/>
    public override string Kind => "knn";

    /// <inheritdoc/>
    public override string Description => $"few fit samples {(Normalised ? "point in the same direction" : "are near")} (last hidden state, {PoolingNames.NameOf(Pooling)}; distance to neighbour {Neighbours})";

    /// <inheritdoc/>
    public override IReadOnlyList<Pooling> RequiredPoolings => [Pooling];

    internal override IReadOnlyList<StatisticKey> RequiredStatistics => [Key];

    private BankKey Key => new(Pooling);

    /// <inheritdoc/>
    public override void Validate(TraceOrigin origin)
    {
        base.Validate(origin);
        if (Neighbours < 1) throw new FathomException($"detector '{Name}': {Neighbours} neighbours; expected at least 1");
    }

    internal override FittedDetector Build(FitState state) => new FittedNearestNeighbours(this, state, state.Bank(Key));

    internal override JsonObject Settings()
    {
        var json = new JsonObject { ["neighbours"] = Neighbours, ["pooling"] = PoolingNames.NameOf(Pooling) };
        if (!Normalised) json["normalised"] = 0;
        return json;
    }

    internal static NearestNeighboursDetector Read(string name, SettingsReader settings) =>
        new(settings.Integer("neighbours"), PoolingNames.Parse(settings.Text("pooling")), name) { Normalised = !settings.Has("normalised") || settings.Integer("normalised") != 0 };
}
