using Fathom.Models.Architectures;

namespace Fathom.Models.Tracing;

/// <summary>What is different about traces of a classifier: the text gets the end token its head was taught with, nothing is generated, and the head reads the pooled state.</summary>
internal sealed class ClassifierTracing
{
    private readonly LanguageModel _model;
    private readonly TracerOptions _options;
    private readonly Pooling _read;

    /// <summary>Prepares.</summary>
    /// <exception cref="FathomException">A wanted class is not there, something is wanted of the output, or the end token is not known.</exception>
    public ClassifierTracing(LanguageModel model, TracerOptions options)
    {
        (_model, _options) = (model, options);
        var classes = model.Config.Labels.Count;
        if (options.ClassTokens.Any(label => label >= classes)) throw new FathomException($"{model.Location}: has {classes} classes, class {options.ClassTokens.First(label => label >= classes)} (from 0) is not among them");
        if (options.Dropout is not null || options.Poolings.Any(pooling => pooling is Pooling.OutputPredictive or Pooling.OutputTokens or Pooling.ReferenceCode))
            throw new FathomException($"{model.Location}: is a classifier and generates nothing, so there is no output to look at; ask for the prompt's states (prompt_last, prompt_mean) or the class logits");
        if (model.Config.ClassEndToken && model.EndTokens.Count == 0) throw new FathomException($"{model.Location}: config.json says that texts get an end token ({ClassLabels.EndTokenKey}), but names none (eos_token_id)");
        _read = model.Config.ClassPooling == ClassPooling.Mean ? Pooling.PromptMean : Pooling.PromptLast;
        Poolings = [.. options.Poolings.Append(_read).Distinct()];
    }

    /// <summary>The ways of pooling to compute: those wanted and the head's.</summary>
    public IReadOnlyCollection<Pooling> Poolings { get; }

    /// <summary>The input with its end token.</summary>
    public TraceInput Complete(TraceInput input)
    {
        if (!_model.Config.ClassEndToken || (input.PromptTokens.Length > 0 && input.PromptTokens[^1] == _model.EndTokens[0])) return input;
        return input with { PromptTokens = [.. input.PromptTokens, _model.EndTokens[0]], SuffixTokens = input.SuffixTokens + 1 };
    }

    /// <summary>The trace with the head's scores, and without the states nobody asked for.</summary>
    public Trace Classify(Trace trace)
    {
        var (logits, sum) = _model.Runner.Classify(trace.States[_read][_model.Config.Layers]);
        var states = _options.Poolings.Contains(_read) ? trace.States : trace.States.Where(pair => pair.Key != _read).ToDictionary();
        return trace with { States = states, ClassLogits = _options.ClassTokens.Count == 0 ? logits : [.. _options.ClassTokens.Select(label => logits[label])], PromptLogSumExp = sum };
    }
}
