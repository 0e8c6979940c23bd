using Fathom.Models.Architectures;
using Fathom.Models.Running;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Encoders.Running;

/// <summary>Runs an encoder's passes one at a time over one set of working memory, and checks what goes in and comes out.</summary>
internal sealed unsafe class EncoderRunner(EncoderStack stack, IKernels kernels, EncoderFiles files) : IDisposable
{
    /// <summary>Rows of a pass from which on more bring no more speed.</summary>
    public const int MostRows = 512;

    private readonly Lock _turn = new();
    private readonly Scratch _scratch = new(kernels);
    private bool _disposed;

    /// <summary>What receives a pass: its sequences, and the states that leave the encoder <c>[rows, width]</c>.</summary>
    public delegate void PassReceiver(EncoderPass pass, float* states);

    /// <summary>Runs whole sequences in one pass.</summary>
    /// <exception cref="FathomException">A sequence is empty or too long, or a token or a type is not the model's.</exception>
    public void Run(IReadOnlyList<EncoderInput> inputs, IStateObserver? observer, PassReceiver receive)
    {
        foreach (var input in inputs) Check(input);
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var mark = _scratch.Mark();
            try
            {
                var pass = new EncoderPass(kernels, _scratch);
                pass.Begin(inputs.Select(input => (input.Tokens.Length, 0)));
                var states = stack.Forward(pass, inputs, observer);
                foreach (var value in new ReadOnlySpan<float>(states, checked(pass.Rows * stack.Config.Width)))
                {
                    if (!float.IsFinite(value)) throw NotFinite();
                }

                receive(pass, states);
            }
            finally
            {
                _scratch.Release(mark);
            }
        }
    }

    /// <summary>How many of the inputs from <paramref name="first"/> on go into one pass: at least one, and no more than <see cref="MostRows"/> rows.</summary>
    public static int Fitting(IReadOnlyList<EncoderInput> inputs, int first)
    {
        var (count, rows) = (1, inputs[first].Tokens.Length);
        while (first + count < inputs.Count && rows + inputs[first + count].Tokens.Length <= MostRows) rows += inputs[first + count++].Tokens.Length;
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_turn)
        {
            if (_disposed) return;
            _disposed = true;
            _scratch.Dispose();
        }
    }

    private void Check(EncoderInput input)
    {
        var config = stack.Config;
        if (input.Tokens.IsEmpty) throw new FathomException("there are no tokens to run: the text is empty and the tokenizer adds no special tokens");
        if (input.Tokens.Length > config.ContextLength) throw new FathomException($"a sequence of {input.Tokens.Length} tokens is longer than the {config.ContextLength} of {files.Location}: shorten the text");
        foreach (var token in input.Tokens.Span)
        {
            if ((uint)token >= (uint)config.Vocabulary) throw new FathomException($"token id {token} is not in the vocabulary of {files.Location}, which has {config.Vocabulary} tokens: is the tokenizer another model's?");
        }

        if (!input.TokenTypes.IsEmpty && input.TokenTypes.Length != input.Tokens.Length) throw new FathomException($"there are {input.TokenTypes.Length} token types for {input.Tokens.Length} tokens");
        foreach (var type in input.TokenTypes.Span)
        {
            if ((uint)type >= (uint)Math.Max(1, config.TokenTypes)) throw new FathomException($"token type {type} is not known to {files.Location}, which has {Math.Max(1, config.TokenTypes)}");
        }
    }

    private FathomException NotFinite()
    {
        foreach (var name in files.Weights.Names)
        {
            var tensor = files.Weights.GetTensor(name);
            var at = Tensors.BlockDecoder.CanDecode(tensor.Type) ? WeightValues.FirstNotFinite(tensor) : -1;
            if (at >= 0) return new FathomException($"{files.Weights.Location}: tensor '{ConfigText.Printable(name)}' has a value that is not a finite number at index {at} (NaN or infinity): the model is damaged; download or convert it again");
        }

        return new FathomException($"{files.Location}: the model's hidden states overflow to NaN or infinity although every weight is finite: it cannot be computed in single precision");
    }
}
