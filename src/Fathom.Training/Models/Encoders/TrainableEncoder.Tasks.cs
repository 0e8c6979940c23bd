using Fathom.Models.Encoders;
using Fathom.Models.Encoders.Sentences;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <content>What an encoder can be asked to learn.</content>
public sealed partial class TrainableEncoder : ISequenceClassifier, ISentenceEncoder
{
    // Nothing beside any vector's mean square; keeps one of zeros from being divided by zero.
    private const float LeastSquare = 1e-20f;

    /// <inheritdoc/>
    public int Classes => Config.Labels.Count;

    /// <summary>What leaves the encoder, <c>[rows, width]</c>, the sequences' tokens one after another.</summary>
    /// <exception cref="FathomException">A sequence is empty or too long, or a token or type is not the model's.</exception>
    public Variable States(Tape tape, IReadOnlyList<EncoderInput> inputs) => _blueprint.Forward.States(Graph(tape), new EncoderBatch(inputs, Config));

    /// <summary>Logits of the classes, <c>[sequences, labels]</c>.</summary>
    /// <exception cref="FathomException">The model is no classifier, or a sequence does not fit.</exception>
    public Variable Logits(Tape tape, IReadOnlyList<EncoderInput> inputs)
    {
        if (Classes == 0) throw new FathomException("the model has no classification head; put one over its states");
        var (graph, batch) = (Graph(tape), new EncoderBatch(inputs, Config));
        return _blueprint.Forward.Logits(graph, batch, _blueprint.Forward.States(graph, batch));
    }

    /// <summary>The mean cross-entropy of the right classes.</summary>
    /// <exception cref="FathomException">The model is no classifier, a label is not one of its classes, or a sequence does not fit.</exception>
    public Variable ClassificationLoss(Tape tape, IReadOnlyList<EncoderInput> inputs, IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count != inputs.Count) throw new FathomException($"there are {labels.Count} labels for {inputs.Count} sequences");
        return Loss(tape, inputs, labels, 1f / labels.Count);
    }

    /// <inheritdoc/>
    public Variable ClassLoss(Tape tape, TokenBatch batch, int[] labels, float weight) => Loss(tape, Inputs(batch), labels, weight);

    /// <inheritdoc/>
    public Variable ClassLogits(Tape tape, TokenBatch batch) => Logits(tape, Inputs(batch));

    /// <inheritdoc/>
    public double Operations(int rows, IReadOnlyList<RowSegment> segments, int targets)
    {
        ArgumentNullException.ThrowIfNull(segments);
        var matrices = _parameters.Where(pair => pair.Value.Shape.Count == 2 && !pair.Key.Contains("embeddings", StringComparison.Ordinal)).Sum(pair => (double)pair.Value.Length);
        var squares = segments.Sum(segment => (double)segment.Length * segment.Length);
        var passes = Adapters.Count > 0 ? 2 : 3;
        return 2 * passes * matrices * rows + 12 * squares * Config.Width * Config.Layers;
    }

    /// <inheritdoc/>
    public Variable Sentences(Tape tape, TokenBatch batch)
    {
        var inputs = new EncoderBatch(Inputs(batch), Config);
        var states = _blueprint.Forward.States(Graph(tape), inputs);
        var pooled = Pooling == SentencePooling.First
            ? tape.Gather(states, inputs.FirstRows)
            : tape.MeanRows(states, [.. inputs.Segments.Select(segment => Enumerable.Range(segment.Start, segment.Length).ToArray())]);

        // Over the root of its mean square, and that over the root of the width: over its length.
        var ones = tape.New(false, Config.Width);
        ones.Values.Fill(1f);
        return tape.Scale(tape.RmsNorm(pooled, ones, LeastSquare), (float)(1 / Math.Sqrt(Config.Width)));
    }

    // Prompts that share their beginning are computed apart: every row sees its whole sequence.
    private static EncoderInput[] Inputs(TokenBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Shared > 0) batch = batch.Apart();
        return [.. batch.Segments.Select(segment => new EncoderInput(batch.Ids.AsMemory(segment.Start, segment.Length)))];
    }

    private Variable Loss(Tape tape, IReadOnlyList<EncoderInput> inputs, IReadOnlyList<int> labels, float weight)
    {
        var logits = Logits(tape, inputs);
        var weights = new float[logits.Length];
        for (var row = 0; row < labels.Count; row++)
        {
            if ((uint)labels[row] >= (uint)logits.Width) throw new FathomException($"sequence {row} of the batch has label {labels[row]}, the model knows {logits.Width} classes (0 to {logits.Width - 1})");
            weights[row * logits.Width + labels[row]] = -weight;
        }

        return tape.Sum(tape.LogSoftmax(logits), weights);
    }

    private EncoderGraph Graph(Tape tape)
    {
        if (tape.Training && _adapters.Merged) throw new InvalidOperationException("merged adapters cannot be taught: unmerge first");
        return new EncoderGraph(tape, _parameters, _adapters, Dropout);
    }
}
