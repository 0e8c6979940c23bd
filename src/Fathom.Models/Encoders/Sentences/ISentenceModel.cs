using Fathom.Tokenizers;

namespace Fathom.Models.Encoders.Sentences;

/// <summary>A model that gives every token of a text a state.</summary>
internal interface ISentenceModel : IDisposable
{
    /// <summary>Receives the states <c>[tokens, width]</c> of one of the inputs.</summary>
    delegate void StatesReceiver(int input, ReadOnlySpan<float> states);

    /// <summary>Numbers in a state.</summary>
    int Width { get; }

    /// <summary>Most tokens.</summary>
    int ContextLength { get; }

    /// <summary>The tokenizer.</summary>
    Tokenizer Tokenizer { get; }

    /// <summary>What the model is: <c>bert</c>.</summary>
    string Family { get; }

    /// <summary>The files that decide its numbers.</summary>
    IReadOnlyList<string> Files { get; }

    /// <summary>What to know about the files.</summary>
    IReadOnlyList<string> Warnings { get; }

    /// <summary>Gives the last states of each input.</summary>
    void Run(IReadOnlyList<EncoderInput> inputs, StatesReceiver receive);
}
