namespace Fathom.Cli.Runs;

/// <summary>What a run has put through the model: all of it, and the part of this process, for the rate.</summary>
internal sealed class TraceCounter
{
    private long _tokensHere;
    private double _secondsHere;

    /// <summary>Tokens of all prompts of the run.</summary>
    public long PromptTokens { get; private set; }

    /// <summary>Tokens generated in the run.</summary>
    public long GeneratedTokens { get; private set; }

    /// <summary>Samples of the run.</summary>
    public int Samples { get; private set; }

    /// <summary>Samples an earlier attempt had done.</summary>
    public int ResumedSamples { get; private set; }

    /// <summary>Counts a sample that was there already.</summary>
    public void Resumed(int promptTokens, int generatedTokens)
    {
        ResumedSamples++;
        Count(promptTokens, generatedTokens);
    }

    /// <summary>Counts a sample run by this process.</summary>
    public void Made(int promptTokens, int generatedTokens)
    {
        _tokensHere += promptTokens + generatedTokens;
        Count(promptTokens, generatedTokens);
    }

    /// <summary>Adds time this process spent in the model.</summary>
    public void Spent(TimeSpan time) => _secondsHere += time.TotalSeconds;

    /// <summary>For <c>--json</c> and <c>run.json</c>: the seconds and the rate are those of this process.</summary>
    public System.Text.Json.Nodes.JsonObject ToJson() => new()
    {
        ["prompt_tokens"] = PromptTokens,
        ["generated_tokens"] = GeneratedTokens,
        ["seconds"] = Math.Round(_secondsHere, 3),
        ["tokens_per_second"] = _secondsHere > 0 && _tokensHere > 0 ? Math.Round(_tokensHere / _secondsHere, 2) : null,
        ["samples"] = Samples,
        ["resumed_samples"] = ResumedSamples,
    };

    private void Count(int promptTokens, int generatedTokens)
    {
        Samples++;
        PromptTokens += promptTokens;
        GeneratedTokens += generatedTokens;
    }
}
