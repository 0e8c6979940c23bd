using System.Text.Json.Nodes;

namespace Fathom.Training;

/// <summary>Batches by cursor: what comes at a place depends on nothing but the place, so a resumed run sees the same.</summary>
/// <typeparam name="TBatch">What the objective learns from.</typeparam>
public interface IBatchSource<TBatch>
{
    /// <summary>The next step's batch, in parts that are computed one after another, and where the step after it begins.</summary>
    (IReadOnlyList<TBatch> Parts, DataCursor Next) Take(DataCursor at);

    /// <summary>Where the step after the next one begins, without making the batch.</summary>
    DataCursor Skip(DataCursor at);

    /// <summary>Tokens of a part.</summary>
    int Tokens(TBatch part);

    /// <summary>Floating-point operations of teaching a part, forward and back.</summary>
    double Operations(ITrainable model, TBatch part);

    /// <summary>Everything that tells the samples of the step at <paramref name="at"/>, to study one that failed.</summary>
    JsonArray Describe(DataCursor at);
}
