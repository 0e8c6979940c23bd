using Fathom.Models.Encoders.Running;
using Fathom.Tokenizers;

namespace Fathom.Models.Encoders.Sentences;

/// <summary>An encoder's states.</summary>
internal sealed unsafe class EncoderSentenceModel(TextEncoder encoder) : ISentenceModel
{
    /// <inheritdoc/>
    public int Width => encoder.Config.Width;

    /// <inheritdoc/>
    public int ContextLength => encoder.Config.ContextLength;

    /// <inheritdoc/>
    public Tokenizer Tokenizer => encoder.Tokenizer;

    /// <inheritdoc/>
    public string Family => encoder.Config.Family;

    /// <inheritdoc/>
    public IReadOnlyList<string> Files => encoder.Files;

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings => encoder.Warnings;

    /// <inheritdoc/>
    public void Run(IReadOnlyList<EncoderInput> inputs, ISentenceModel.StatesReceiver receive)
    {
        for (var first = 0; first < inputs.Count;)
        {
            var count = EncoderRunner.Fitting(inputs, first);
            var start = first;
            encoder.Runner.Run([.. inputs.Skip(first).Take(count)], null, (pass, states) =>
            {
                for (var i = 0; i < count; i++)
                    receive(start + i, new ReadOnlySpan<float>(states + (long)pass.Spans[i].FirstRow * Width, pass.Spans[i].Rows * Width));
            });
            first += count;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => encoder.Dispose();
}
