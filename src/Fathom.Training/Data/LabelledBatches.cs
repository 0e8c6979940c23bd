using System.Text.Json.Nodes;

namespace Fathom.Training;

/// <summary>Labelled samples in batches, in the order and sizes of <see cref="TokenBatches"/>.</summary>
public sealed class LabelledBatches : IBatchSource<LabelledBatch>
{
    private readonly IReadOnlyList<LabelledSample> _samples;

    /// <summary>Prepares batches.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="options">How to put them together.</param>
    /// <param name="decode">Turns ids into text where a batch is written down for study.</param>
    /// <exception cref="FathomException">There are no samples, or an option is out of range.</exception>
    public LabelledBatches(IReadOnlyList<LabelledSample> samples, TokenBatchOptions options, Func<int[], string>? decode = null)
    {
        ArgumentNullException.ThrowIfNull(samples);
        _samples = samples;
        Sequences = new TokenBatches([.. samples.Select(sample => new TokenSample(sample.Ids, 1))], options, decode, needTargets: false);
    }

    /// <summary>The same without classes: sizes and numbers of steps.</summary>
    public TokenBatches Sequences { get; }

    /// <inheritdoc/>
    public (IReadOnlyList<LabelledBatch> Parts, DataCursor Next) Take(DataCursor at) =>
        ([.. Sequences.PartsOf(at).Select(part => LabelledBatch.Of([.. part.Select(index => _samples[index].Ids)], [.. part.Select(index => _samples[index].Label)]))], Skip(at));

    /// <inheritdoc/>
    public DataCursor Skip(DataCursor at) => Sequences.Skip(at);

    /// <inheritdoc/>
    public int Tokens(LabelledBatch part) => part.Tokens.Ids.Length;

    /// <inheritdoc/>
    public double Operations(ITrainable model, LabelledBatch part) => model.Operations(part.Tokens.Ids.Length, part.Tokens.Segments, 0);

    /// <inheritdoc/>
    public JsonArray Describe(DataCursor at)
    {
        var described = Sequences.Describe(at);
        foreach (var sample in described)
        {
            sample!.AsObject().Remove("learn_from");
            sample["label"] = _samples[(int)sample["sample"]!].Label;
        }

        return described;
    }
}
