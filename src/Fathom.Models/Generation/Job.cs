using Fathom.Models.Running;
using Fathom.Models.Tracing;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Generation;

/// <summary>One prompt on its way to its continuation.</summary>
internal sealed class Job : IDisposable
{
    private readonly Continuation _output;

    /// <summary>Prepares a prompt; nothing is run and no memory is taken for it yet.</summary>
    public Job(LanguageModel model, int index, int[] prompt, GenerationOptions options, StatePooler? pooler = null)
    {
        if (prompt.Length == 0) throw new FathomException($"prompt {index} has no tokens: the text is empty and the tokenizer adds no special tokens");
        var longest = (long)prompt.Length + options.MaxNewTokens;
        if (longest > model.Config.ContextLength)
        {
            throw new FathomException($"prompt {index} of {prompt.Length} tokens and {options.MaxNewTokens} new tokens make {longest}, more than the context of {model.Config.ContextLength} tokens of {model.Location}: shorten the text or ask for fewer new tokens");
        }

        Index = index;
        Prompt = prompt;
        Options = options;
        Pooler = pooler;
        _output = new Continuation(index, options, model.HasTokenizer ? model.Tokenizer : null, model.EndTokens, model.Location);
    }

    /// <summary>Place in the call.</summary>
    public int Index { get; }

    /// <summary>Ids of the prompt.</summary>
    public int[] Prompt { get; }

    /// <summary>How to go on.</summary>
    public GenerationOptions Options { get; }

    /// <summary>Gathers hidden states, where wanted.</summary>
    public StatePooler? Pooler { get; }

    /// <summary>Tokens whose logits after the prompt are kept.</summary>
    public IReadOnlyList<int> ClassTokens { get; init; } = [];

    /// <summary>Their logits, once the prompt has run.</summary>
    public float[]? ClassLogits { get; private set; }

    /// <summary>The log of the sum of e to all logits there.</summary>
    public double? PromptLogSumExp { get; private set; }

    /// <summary>Keys and values, while it runs.</summary>
    public TokenSequence? Sequence { get; set; }

    /// <summary>Why it ended, once it has.</summary>
    public FinishReason? Finish => _output.Finish;

    /// <summary>Tokens generated so far.</summary>
    public int Generated => _output.Tokens.Count;

    /// <summary>Whether a pass is left to do: the prompt, the next token, or the last token for its states' sake.</summary>
    public bool NeedsPass => Finish is null || (Pooler is { } pooler && pooler.WantsStep(Generated) && Sequence!.Length < Prompt.Length + Generated);

    /// <summary>The tokens of the next pass, at most <paramref name="most"/>.</summary>
    public ReadOnlyMemory<int> NextTokens(int most)
    {
        var done = Sequence!.Length;
        return done < Prompt.Length ? Prompt.AsMemory(done, Math.Min(most, Prompt.Length - done)) : new[] { _output.Tokens[done - Prompt.Length] };
    }

    /// <summary>Takes the distribution after everything fed so far, chooses a token, and says what is new.</summary>
    public unsafe GeneratedToken Choose(float* logits, int vocabulary, in LogitStatistics statistics)
    {
        if (Generated == 0 && ClassTokens.Count > 0) KeepClassLogits(logits, statistics.LogSumExp);
        return _output.Choose(logits, vocabulary, statistics);
    }

    /// <summary>Ends it after its prompt: nothing is to be generated.</summary>
    public void EndAfterPrompt() => _output.End();

    /// <summary>The finished continuation.</summary>
    public GenerationResult ToResult() => _output.ToResult(Prompt);

    private unsafe void KeepClassLogits(float* logits, double logSumExp)
    {
        var kept = new float[ClassTokens.Count];
        for (var c = 0; c < kept.Length; c++) kept[c] = logits[ClassTokens[c]];
        ClassLogits = kept;
        PromptLogSumExp = logSumExp;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Sequence?.Dispose();
        Sequence = null;
    }
}
