using Fathom.Models.Encoders.Running;
using Fathom.Models.Running;
using Fathom.Tokenizers;

namespace Fathom.Models.Encoders.Sentences;

/// <summary>A language model's states after the final norm.</summary>
internal sealed unsafe class DecoderSentenceModel(LanguageModel model) : ISentenceModel
{
    /// <inheritdoc/>
    public int Width => model.Config.Width;

    /// <inheritdoc/>
    public int ContextLength => model.Config.ContextLength;

    /// <inheritdoc/>
    public Tokenizer Tokenizer => model.Tokenizer;

    /// <inheritdoc/>
    public string Family => model.Config.Family;

    /// <inheritdoc/>
    public IReadOnlyList<string> Files => model.Files;

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings => model.Warnings;

    /// <inheritdoc/>
    public void Run(IReadOnlyList<EncoderInput> inputs, ISentenceModel.StatesReceiver receive)
    {
        for (var first = 0; first < inputs.Count;)
        {
            var count = EncoderRunner.Fitting(inputs, first);
            var sequences = new TokenSequence[count];
            try
            {
                for (var i = 0; i < count; i++) sequences[i] = model.Runner.StartSequence(inputs[first + i].Tokens.Length);
                var start = first;
                model.Runner.Run([.. sequences.Select((sequence, i) => new PassSegment(sequence, inputs[start + i].Tokens))], null, (states, _) =>
                {
                    var row = 0L;
                    for (var i = 0; i < count; i++)
                    {
                        var rows = inputs[start + i].Tokens.Length;
                        receive(start + i, new ReadOnlySpan<float>(states + row * Width, rows * Width));
                        row += rows;
                    }
                });
            }
            finally
            {
                foreach (var sequence in sequences) sequence?.Dispose();
            }

            first += count;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();
}
