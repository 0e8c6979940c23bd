using System.Text.Json.Nodes;
using Fathom.Tensors;

namespace Fathom.Training;

/// <summary>
/// Samples in an order drawn anew for every pass, a fixed number of sequences a step or packed to a number of tokens. Nothing is
/// padded. The last batch of a pass may be smaller: every sample comes once a pass.
/// </summary>
public sealed class TokenBatches : IBatchSource<TokenBatch>
{
    private const ulong OrderSalt = 0x6F72646572;
    private readonly IReadOnlyList<TokenSample> _samples;
    private readonly TokenBatchOptions _options;
    private readonly Func<int[], string>? _decode;
    private (int Epoch, int[] Order)? _pass;

    /// <summary>Prepares batches.</summary>
    /// <param name="samples">The samples, each with a target.</param>
    /// <param name="options">How to put them together.</param>
    /// <param name="decode">Turns ids into text where a batch is written down for study.</param>
    /// <exception cref="FathomException">There are no samples, one has no target, or an option is out of range.</exception>
    public TokenBatches(IReadOnlyList<TokenSample> samples, TokenBatchOptions options, Func<int[], string>? decode = null)
        : this(samples, options, decode, needTargets: true)
    {
    }

    /// <summary>The same for objectives whose targets are not tokens.</summary>
    internal TokenBatches(IReadOnlyList<TokenSample> samples, TokenBatchOptions options, Func<int[], string>? decode, bool needTargets)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (samples.Count == 0) throw new FathomException("there are no samples to learn from");
        for (var i = 0; needTargets && i < samples.Count; i++)
        {
            if (samples[i].Targets == 0) throw new FathomException($"sample {i} has nothing to learn from: no token of it is a target after masking");
        }

        (_samples, _options, _decode) = (samples, options, decode);
    }

    /// <summary>Largest number of tokens computed at once.</summary>
    public int LargestPart => Math.Max(_samples.Max(sample => sample.Ids.Length), Math.Min(_options.MaxTokensPerMicroBatch, LargestStep));

    private int LargestStep => _options.Tokens ?? (int)Math.Min(int.MaxValue, (long)_options.Sequences!.Value * _samples.Max(sample => sample.Ids.Length));

    /// <summary>Steps that so many whole passes take.</summary>
    public int StepsOf(int epochs)
    {
        var (steps, at) = (0, default(DataCursor));
        for (; at.Epoch < epochs; at = Skip(at)) steps = checked(steps + 1);
        return steps;
    }

    /// <inheritdoc/>
    public DataCursor Skip(DataCursor at)
    {
        var count = Indices(at).Count;
        return at.Position + count >= _samples.Count ? new DataCursor(at.Epoch + 1, 0) : at with { Position = at.Position + count };
    }

    /// <inheritdoc/>
    public (IReadOnlyList<TokenBatch> Parts, DataCursor Next) Take(DataCursor at) =>
        ([.. PartsOf(at).Select(part => TokenBatch.Of([.. part.Select(index => _samples[index].Ids)], [.. part.Select(index => _samples[index].LearnFrom)], _options.SharePrefix))], Skip(at));

    /// <inheritdoc/>
    public int Tokens(TokenBatch part) => part.Ids.Length;

    /// <inheritdoc/>
    public double Operations(ITrainable model, TokenBatch part) => model.Operations(part.Ids.Length, part.Segments, part.TargetCount);

    /// <inheritdoc/>
    public JsonArray Describe(DataCursor at) => new([.. Indices(at).Select(index => (JsonNode)new JsonObject
    {
        ["sample"] = index,
        ["ids"] = new JsonArray([.. _samples[index].Ids.Select(id => (JsonNode)id)]),
        ["learn_from"] = _samples[index].LearnFrom,
        ["text"] = _decode?.Invoke(_samples[index].Ids),
    })]);

    /// <summary>Indices of the samples of the step at <paramref name="at"/>, part by part.</summary>
    internal List<List<int>> PartsOf(DataCursor at)
    {
        List<List<int>> parts = [[]];
        var tokens = 0;
        foreach (var index in Indices(at))
        {
            var length = _samples[index].Ids.Length;
            if (parts[^1].Count > 0 && tokens + length > _options.MaxTokensPerMicroBatch)
            {
                parts.Add([]);
                tokens = 0;
            }

            parts[^1].Add(index);
            tokens += length;
        }

        return parts;
    }

    private List<int> Indices(DataCursor at)
    {
        var order = Order(at.Epoch);
        var indices = new List<int>();
        var tokens = 0L;
        for (var i = at.Position; i < order.Length; i++)
        {
            tokens += _samples[order[i]].Ids.Length;
            if (_options.Sequences is { } most ? indices.Count == most : indices.Count > 0 && tokens > _options.Tokens) break;
            indices.Add(order[i]);
        }

        return indices;
    }

    private int[] Order(int epoch)
    {
        if (_pass is { } pass && pass.Epoch == epoch) return pass.Order;
        int[] order = [.. Enumerable.Range(0, _samples.Count)];
        if (_options.Shuffle) new CounterRandom(_options.Seed ^ OrderSalt, (ulong)epoch).Shuffle(order.AsSpan());
        _pass = (epoch, order);
        return order;
    }
}
