using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>What a detector may rely on in a trace; every failure names the sample.</summary>
internal static class TraceChecks
{
    /// <summary>Steps the reference pooling averages: the prompt pass and five fed tokens, so six are generated.</summary>
    public const int ReferenceSteps = 6;

    public static string Name(Trace trace)
    {
        var text = trace.Text.ReplaceLineEndings(" ");
        return $"sample {trace.Index} (\"{(text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 37), "..."))}\")";
    }

    /// <summary>The pooled states, of the right shape and, from <paramref name="firstEntry"/> on, finite.</summary>
    public static PooledStates States(Trace trace, Pooling pooling, TraceOrigin origin, int firstEntry = 0)
    {
        if (!trace.States.TryGetValue(pooling, out var states))
        {
            var there = trace.States.Count == 0 ? "none" : string.Join(", ", trace.States.Keys.Order().Select(PoolingNames.NameOf));
            throw new FathomException($"{Name(trace)}: no hidden states pooled as {PoolingNames.NameOf(pooling)} (there: {there}); trace again with that pooling");
        }

        if (states.Entries != origin.Entries || states.Width != origin.Width)
        {
            throw new FathomException($"{Name(trace)}: {states.Entries} x {states.Width} hidden states pooled as {PoolingNames.NameOf(pooling)}; expected {origin.Entries} x {origin.Width}: is this another model?");
        }

        if (pooling is Pooling.OutputPredictive or Pooling.OutputTokens or Pooling.ReferenceCode)
        {
            EnsureOutput(trace);
        }

        if (pooling == Pooling.ReferenceCode && trace.OutputTokens.Length < ReferenceSteps)
        {
            throw new FathomException($"{Name(trace)}: {trace.OutputTokens.Length} generated tokens; the reference profile averages {ReferenceSteps} steps: raise max_new_tokens, ignore end tokens, or use the paper profile");
        }

        var values = states.Values.AsSpan(firstEntry * states.Width);
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                throw new FathomException($"{Name(trace)}: {(float.IsNaN(values[i]) ? "NaN" : "infinity")} in the {PoolingNames.NameOf(pooling)} hidden state of entry {firstEntry + i / states.Width}; the model's weights or the input are broken");
            }
        }

        return states;
    }

    /// <summary>Fails for a sample that generated nothing.</summary>
    public static void EnsureOutput(Trace trace)
    {
        if (trace.OutputTokens.Length == 0)
        {
            throw new FathomException($"{Name(trace)}: no generated token; this detector looks at the output: trace with max_new_tokens of at least 1");
        }
    }

    /// <summary>The logits of the class tokens: one each, finite.</summary>
    public static double[] ClassLogits(Trace trace, TraceOrigin origin)
    {
        if (trace.ClassLogits is not { } logits) throw new FathomException($"{Name(trace)}: no class logits; trace again with the class tokens {origin.ClassTokens}");
        if (logits.Length != origin.ClassCount) throw new FathomException($"{Name(trace)}: {logits.Length} class logits for {origin.ClassCount} class tokens; is it of another task?");
        var values = new double[logits.Length];
        for (var c = 0; c < values.Length; c++)
        {
            values[c] = float.IsFinite(logits[c]) ? logits[c] : throw new FathomException($"{Name(trace)}: class logit {c} is {(float.IsNaN(logits[c]) ? "NaN" : "infinite")}; the model's weights or the input are broken");
        }

        return values;
    }

    /// <summary>Numbers per generated token: one each, finite, in a range.</summary>
    public static ReadOnlySpan<double> PerToken(Trace trace, double[] values, string what, double low, double high)
    {
        EnsureOutput(trace);
        if (values.Length != trace.OutputTokens.Length)
        {
            throw new FathomException($"{Name(trace)}: {values.Length} {what} for {trace.OutputTokens.Length} generated tokens; expected one each: the trace is damaged");
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (!(values[i] >= low && values[i] <= high))
            {
                throw new FathomException($"{Name(trace)}: {what}[{i}] is {values[i]}; expected a number from {low} to {high}");
            }
        }

        return values;
    }

    /// <summary>The output's mean log-probability in every pass with dropout.</summary>
    public static double[] DropoutPasses(Trace trace, int expected)
    {
        EnsureOutput(trace);
        if (trace.DropoutLogProbabilities is not { } passes)
        {
            throw new FathomException($"{Name(trace)}: no passes with dropout; this detector needs {expected}: trace again with them (--dropout-passes {expected})");
        }

        if (passes.Length != expected)
        {
            throw new FathomException($"{Name(trace)}: {passes.Length} passes with dropout; expected {expected}: trace again with --dropout-passes {expected}");
        }

        for (var i = 0; i < passes.Length; i++)
        {
            if (!double.IsFinite(passes[i])) throw new FathomException($"{Name(trace)}: the log-probability in dropout pass {i} is {passes[i]}; expected a finite number");
        }

        return passes;
    }

    /// <summary>Fails where a sample is to be left out of a bank that holds nothing else.</summary>
    public static void EnsureOthers(Trace trace, int others)
    {
        if (others == 0) throw new FathomException($"{Name(trace)}: is the only sample this detector was fitted on; leaving it out needs at least two");
    }

    public static double EnsureScore(Trace trace, string detector, double score) => double.IsFinite(score)
        ? score
        : throw new FathomException($"{Name(trace)}: detector '{detector}' gives {score}; a variance of the fit samples may be 0: use the paper profile, which has a floor");
}
