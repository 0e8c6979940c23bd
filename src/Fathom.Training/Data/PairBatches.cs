using System.Text.Json.Nodes;

namespace Fathom.Training;

/// <summary>Pairs in batches, in the order and sizes of <see cref="TokenBatches"/>; a pair counts the tokens of both texts.</summary>
public sealed class PairBatches : IBatchSource<PairBatch>
{
    private readonly IReadOnlyList<PairSample> _samples;

    /// <summary>Prepares batches.</summary>
    /// <param name="samples">The pairs.</param>
    /// <param name="options">How to put them together. The texts a pair is told apart from are those of its part, so a step should be one part.</param>
    /// <param name="decode">Turns ids into text where a batch is written down for study.</param>
    /// <exception cref="FathomException">There are no pairs, or an option is out of range.</exception>
    public PairBatches(IReadOnlyList<PairSample> samples, TokenBatchOptions options, Func<int[], string>? decode = null)
    {
        ArgumentNullException.ThrowIfNull(samples);
        _samples = samples;
        Sequences = new TokenBatches([.. samples.Select(sample => new TokenSample([.. sample.Anchor, .. sample.Positive], 1))], options, decode, needTargets: false);
    }

    /// <summary>The same as token sequences: sizes and numbers of steps.</summary>
    public TokenBatches Sequences { get; }

    /// <inheritdoc/>
    public (IReadOnlyList<PairBatch> Parts, DataCursor Next) Take(DataCursor at) => ([.. Sequences.PartsOf(at).Select(part => PairBatch.Of([.. part.Select(index => _samples[index])]))], Skip(at));

    /// <inheritdoc/>
    public DataCursor Skip(DataCursor at) => Sequences.Skip(at);

    /// <inheritdoc/>
    public int Tokens(PairBatch part) => part.Anchors.Ids.Length + part.Positives.Ids.Length;

    /// <inheritdoc/>
    public double Operations(ITrainable model, PairBatch part) => model.Operations(Tokens(part), [.. part.Anchors.Segments, .. part.Positives.Segments], 0);

    /// <inheritdoc/>
    public JsonArray Describe(DataCursor at)
    {
        var described = Sequences.Describe(at);
        foreach (var sample in described) sample!.AsObject().Remove("learn_from");
        return described;
    }
}
