using Fathom.Models.Architectures;
using Fathom.Models.Tracing;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Running;

/// <summary>Runs passes one at a time over one set of working memory, and checks what goes in and comes out.</summary>
internal sealed unsafe class PassRunner : IDisposable
{
    /// <summary>Rows of a pass from which on more bring no more speed.</summary>
    public const int MostRows = 512;

    private readonly Lock _turn = new();
    private readonly Scratch _scratch;
    private readonly Pass _pass;
    private readonly ModelFiles _files;
    private bool _disposed;

    public PassRunner(Decoder decoder, IKernels kernels, ModelFiles files)
    {
        Decoder = decoder;
        Kernels = kernels;
        _files = files;
        _scratch = new Scratch(kernels);
        _pass = new Pass(kernels, _scratch, decoder.Config.Width);
    }

    /// <summary>What receives the states after the final norm <c>[rows, width]</c> and the memory to work with.</summary>
    public delegate void StatesReceiver(float* states, Scratch scratch);

    /// <summary>The blocks.</summary>
    public Decoder Decoder { get; }

    /// <summary>The device's operations.</summary>
    public IKernels Kernels { get; }

    /// <summary>The model's shape.</summary>
    public DecoderConfig Config => Decoder.Config;

    /// <summary>Bytes of working memory.</summary>
    public long ScratchBytes => _scratch.ByteLength;

    /// <summary>Starts a sequence of which this many tokens are known from the start.</summary>
    public TokenSequence StartSequence(int promptLength) => new(Kernels, Config, promptLength);

    /// <summary>Runs the next tokens of some sequences through the model in one pass, with dropout if asked, and gives the final states to <paramref name="receive"/>.</summary>
    /// <exception cref="FathomException">A token is not in the vocabulary, or a sequence gets longer than the model's context.</exception>
    public void Run(IReadOnlyList<PassSegment> segments, IStateObserver? observer, StatesReceiver? receive, DropoutOptions? dropout = null)
    {
        foreach (var segment in segments) Check(segment);
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var mark = _scratch.Mark();
            try
            {
                _pass.Begin(segments, dropout);
                var states = Decoder.Forward(_pass, observer);
                receive?.Invoke(states, _scratch);
            }
            finally
            {
                _scratch.Release(mark);
            }
        }
    }

    /// <summary>Logits of some rows of states, a few rows at a time: <paramref name="receive"/> gets the first row's place in <paramref name="rows"/>, the number of rows, their logits and statistics.</summary>
    public void Logits(float* states, ReadOnlySpan<int> rows, Scratch scratch, LogitsReceiver receive)
    {
        const int MostAtOnce = 64;
        var (width, vocabulary) = (Config.FinalWidth, Config.HeadRows);
        var mark = scratch.Mark();
        var most = Math.Min(MostAtOnce, rows.Length);
        var gathered = scratch.Take((long)most * width);
        var logits = scratch.Take((long)most * vocabulary);
        var statistics = (LogitStatistics*)scratch.Take((long)most * sizeof(LogitStatistics) / sizeof(float));
        for (var first = 0; first < rows.Length; first += most)
        {
            var count = Math.Min(most, rows.Length - first);
            for (var i = 0; i < count; i++)
                new ReadOnlySpan<float>(states + (long)rows[first + i] * width, width).CopyTo(new Span<float>(gathered + (long)i * width, width));
            Kernels.Linear(gathered, count, width, Decoder.Head, null, logits, vocabulary);
            Decoder.FinishLogits(Kernels, logits, (long)count * vocabulary);
            Kernels.LogitStatistics(logits, count, vocabulary, vocabulary, statistics);
            for (var i = 0; i < count; i++)
            {
                if (!double.IsFinite(statistics[i].LogSumExp)) throw NotFinite();
            }

            receive(first, count, logits, statistics);
        }

        scratch.Release(mark);
    }

    /// <summary>The scores of every class for a pooled state, and the log of the sum of e to them.</summary>
    /// <exception cref="FathomException">A score is not finite.</exception>
    public (float[] Logits, double LogSumExp) Classify(ReadOnlySpan<float> state)
    {
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var mark = _scratch.Mark();
            try
            {
                var states = _scratch.Take(Config.FinalWidth);
                state[..Config.FinalWidth].CopyTo(new Span<float>(states, Config.FinalWidth));
                var (result, sum) = (new float[Config.HeadRows], 0.0);
                Logits(states, [0], _scratch, (_, _, logits, statistics) =>
                {
                    new ReadOnlySpan<float>(logits, result.Length).CopyTo(result);
                    sum = statistics[0].LogSumExp;
                });
                return (result, sum);
            }
            finally
            {
                _scratch.Release(mark);
            }
        }
    }

    /// <summary>What receives logits <c>[count, vocabulary]</c>.</summary>
    public delegate void LogitsReceiver(int first, int count, float* logits, LogitStatistics* statistics);

    /// <summary>Finds out why numbers are not finite: names the first tensor of the file with such a value, or says that the activations overflow.</summary>
    public FathomException NotFinite()
    {
        foreach (var name in _files.Weights.Names)
        {
            var tensor = _files.Weights.GetTensor(name);
            var at = Tensors.BlockDecoder.CanDecode(tensor.Type) ? WeightValues.FirstNotFinite(tensor) : -1;
            if (at >= 0) return new FathomException($"{_files.Weights.Location}: tensor '{ConfigText.Printable(name)}' has a value that is not a finite number at index {at} (NaN or infinity): the model is damaged; download or convert it again");
        }

        return new FathomException($"{_files.Location}: the model's hidden states overflow to NaN or infinity although every weight is finite: it cannot be computed in single precision");
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

    private void Check(PassSegment segment)
    {
        CheckTokens(segment.Tokens.Span);
        var length = (long)segment.Sequence.Length + segment.Tokens.Length;
        if (length > Config.ContextLength) throw TooLong(length);
    }

    /// <summary>Checks ids that are looked up without being fed: the last target of a sequence.</summary>
    /// <exception cref="FathomException">One is not in the vocabulary.</exception>
    public void CheckTokens(ReadOnlySpan<int> tokens)
    {
        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)Config.Vocabulary) throw new FathomException($"token id {token} is not in the vocabulary of {_files.Location}, which has {Config.Vocabulary} tokens: is the tokenizer another model's?");
        }
    }

    /// <summary>The error for a sequence longer than the model's context.</summary>
    public FathomException TooLong(long length) =>
        new($"a sequence of {length} tokens is longer than the context of {Config.ContextLength} tokens of {_files.Location}: shorten the text or generate fewer tokens");
}
