using Fathom.Models.Running;

namespace Fathom.Models.Encoders.Running;

/// <summary>Copies what was asked for out of a pass.</summary>
internal static unsafe class EncoderReader
{
    /// <summary>Runs the inputs in one pass.</summary>
    public static IEnumerable<EncoderOutput> Read(TextEncoder encoder, IReadOnlyList<EncoderInput> inputs, EncoderParts parts)
    {
        var stack = encoder.Stack;
        var width = stack.Config.Width;
        var rows = inputs.Sum(input => input.Tokens.Length);
        var whole = parts.HasFlag(EncoderParts.AllStates) ? new WholeStates(stack.Config.Entries, width, rows) { Rows = rows } : null;
        float[] last = [], pooled = [], logits = [], tokens = [];
        EncoderOutput[] outputs = [];
        encoder.Runner.Run(inputs, whole, (pass, states) =>
        {
            if (parts.HasFlag(EncoderParts.LastStates)) last = new ReadOnlySpan<float>(states, rows * width).ToArray();
            if (parts.HasFlag(EncoderParts.Pooler)) pooled = Pooled(stack, pass, states);
            if (parts.HasFlag(EncoderParts.Logits)) logits = Logits(stack, pass, states);
            if (parts.HasFlag(EncoderParts.TokenLogits)) tokens = TokenLogits(stack, pass, states);
            outputs = [.. pass.Spans.Select((span, i) => new EncoderOutput
            {
                Tokens = span.Rows,
                Width = width,
                Entries = whole is null ? [] : [.. whole.Entries.Select(entry => Part(entry, span.FirstRow, span.Rows, width))],
                LastStates = Part(last, span.FirstRow, span.Rows, width),
                Pooler = Part(pooled, i, 1, pooled.Length / pass.Spans.Count),
                Logits = Part(logits, i, 1, logits.Length / pass.Spans.Count),
                TokenLogits = Part(tokens, span.FirstRow, span.Rows, tokens.Length / rows),
            })];
        });
        return outputs;
    }

    private static float[] Part(float[] all, int first, int rows, int width) => all.Length == 0 ? [] : all.AsSpan(first * width, rows * width).ToArray();

    private static float[] Pooled(EncoderStack stack, EncoderPass pass, float* states)
    {
        if (stack.Pooler is not { } pooler) return [];
        var pooled = pass.Scratch.Take((long)pass.Spans.Count * pooler.Outputs);
        pooler.Apply(pass.Kernels, FirstRows(stack, pass, states), pass.Spans.Count, pooled);
        return new ReadOnlySpan<float>(pooled, pass.Spans.Count * pooler.Outputs).ToArray();
    }

    private static float[] Logits(EncoderStack stack, EncoderPass pass, float* states)
    {
        if (stack.Classifier is not { } classifier) return [];
        var head = (stack.Head ?? stack.Pooler)!;
        var from = stack.Head is not null && stack.HeadReadsMean ? Means(stack, pass, states) : FirstRows(stack, pass, states);
        var read = pass.Scratch.Take((long)pass.Spans.Count * head.Outputs);
        head.Apply(pass.Kernels, from, pass.Spans.Count, read);
        var logits = pass.Scratch.Take((long)pass.Spans.Count * classifier.Outputs);
        classifier.Apply(pass.Kernels, read, pass.Spans.Count, logits);
        return new ReadOnlySpan<float>(logits, pass.Spans.Count * classifier.Outputs).ToArray();
    }

    private static float[] TokenLogits(EncoderStack stack, EncoderPass pass, float* states)
    {
        if (stack.TokenClassifier is not { } classifier) return [];
        if (stack.Head is { } head)
        {
            var read = pass.Scratch.Take((long)pass.Rows * head.Outputs);
            head.Apply(pass.Kernels, states, pass.Rows, read);
            states = read;
        }

        var logits = pass.Scratch.Take((long)pass.Rows * classifier.Outputs);
        classifier.Apply(pass.Kernels, states, pass.Rows, logits);
        return new ReadOnlySpan<float>(logits, checked(pass.Rows * classifier.Outputs)).ToArray();
    }

    private static float* FirstRows(EncoderStack stack, EncoderPass pass, float* states)
    {
        var width = stack.Config.Width;
        var rows = pass.Scratch.Take((long)pass.Spans.Count * width);
        for (var i = 0; i < pass.Spans.Count; i++)
            new ReadOnlySpan<float>(states + (long)pass.Spans[i].FirstRow * width, width).CopyTo(new Span<float>(rows + (long)i * width, width));
        return rows;
    }

    private static float* Means(EncoderStack stack, EncoderPass pass, float* states)
    {
        var width = stack.Config.Width;
        var rows = pass.Scratch.Take((long)pass.Spans.Count * width);
        for (var i = 0; i < pass.Spans.Count; i++)
        {
            var span = pass.Spans[i];
            StateMean.Of(new ReadOnlySpan<float>(states + (long)span.FirstRow * width, span.Rows * width), width, new Span<float>(rows + (long)i * width, width));
        }

        return rows;
    }
}
