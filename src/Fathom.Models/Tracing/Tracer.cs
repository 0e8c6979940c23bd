using Fathom.Models.Generation;

namespace Fathom.Models.Tracing;

/// <summary>
/// Runs samples through a model, decodes greedily and keeps what detectors need. A sample's trace has the same bits alone as in any batch.
/// A classifier generates nothing: its traces have the class head's scores as class logits.
/// </summary>
public sealed class Tracer
{
    private readonly LanguageModel _model;
    private readonly TracerOptions _options;
    private readonly ClassifierTracing? _classifier;

    /// <summary>Prepares; nothing is run yet.</summary>
    /// <exception cref="FathomException">An option is out of range.</exception>
    public Tracer(LanguageModel model, TracerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _options = options ?? new TracerOptions();
        _options.Validate();
        _classifier = model.Config.IsClassifier ? new ClassifierTracing(model, _options) : null;
        if (_classifier is null && _options.ClassTokens.Any(token => token >= model.Config.Vocabulary)) throw new FathomException($"a class token is not in the vocabulary of {model.Config.Vocabulary} tokens");
    }

    /// <summary>Prompt tokens run so far, over all calls.</summary>
    public long PromptTokens { get; private set; }

    /// <summary>Tokens generated so far, over all calls.</summary>
    public long GeneratedTokens { get; private set; }

    /// <summary>
    /// Traces samples as they are asked for, several at a time; traces come in the order of the inputs. Inputs are drawn when there
    /// is room, so a long source is never held.
    /// </summary>
    /// <exception cref="FathomException">A prompt is empty or too long, or an id is not in the vocabulary.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<Trace> Run(IEnumerable<TraceInput> inputs, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return RunInOrder(inputs, cancellation);
    }

    private IEnumerable<Trace> RunInOrder(IEnumerable<TraceInput> inputs, CancellationToken cancellation)
    {
        var generation = new GenerationOptions { MaxNewTokens = _classifier is null ? _options.MaxNewTokens : 0, StopAtEndTokens = _options.StopAtEndTokens };
        var pending = new Dictionary<int, TraceInput>();
        var finished = new Dictionary<int, Trace>();
        var next = 0;
        using var runner = new BatchRunner(_model, _options.Batch);
        var (prompted, generated) = (0L, 0L);
        foreach (var job in runner.Run(Jobs(inputs, pending, generation), null, cancellation))
        {
            PromptTokens += runner.PromptTokens - prompted;
            GeneratedTokens += runner.GeneratedTokens - generated;
            (prompted, generated) = (runner.PromptTokens, runner.GeneratedTokens);
            finished.Add(job.Index, ToTrace(pending[job.Index], job, cancellation));
            pending.Remove(job.Index);
            while (finished.Remove(next, out var trace))
            {
                next++;
                yield return trace;
            }
        }
    }

    private IEnumerable<Job> Jobs(IEnumerable<TraceInput> inputs, Dictionary<int, TraceInput> pending, GenerationOptions options)
    {
        var place = 0;
        foreach (var given in inputs)
        {
            var input = _classifier?.Complete(given) ?? given;
            if (input.SuffixTokens < 0 || input.SuffixTokens >= input.PromptTokens.Length) throw new FathomException($"sample {input.Index}: {input.SuffixTokens} of {input.PromptTokens.Length} prompt tokens belong to the template's end; expected at least one before it");
            var poolings = _classifier?.Poolings ?? _options.Poolings;
            var pooler = poolings.Count == 0 ? null : new StatePooler(poolings, _model.Config.Entries, _model.Config.Width, _options.MaxPool, input.SuffixTokens);
            pending.Add(place, input);
            yield return NewJob(input, place, options, pooler);
            place++;
        }
    }

    private Job NewJob(TraceInput input, int place, GenerationOptions options, StatePooler? pooler)
    {
        try
        {
            return new Job(_model, place, input.PromptTokens, options, pooler) { ClassTokens = _classifier is null ? _options.ClassTokens : [] };
        }
        catch (FathomException failure)
        {
            throw new FathomException($"sample {input.Index}: {failure.Message}", failure);
        }
    }

    private Trace ToTrace(TraceInput input, Job job, CancellationToken cancellation)
    {
        var result = job.ToResult();
        var trace = new Trace
        {
            Index = input.Index,
            Text = input.Text,
            Label = input.Label,
            PromptTokens = result.PromptTokens,
            OutputTokens = result.Tokens,
            Output = result.Text,
            LogProbabilities = result.LogProbabilities,
            Entropies = result.Entropies,
            MaxProbabilities = result.MaxProbabilities,
            DropoutLogProbabilities = _classifier is null && _options.Dropout is { } dropout ? _model.GetDropoutLogProbabilities(result.PromptTokens, result.Tokens, dropout, _options.Batch, cancellation) : null,
            ClassLogits = job.ClassLogits,
            PromptLogSumExp = job.PromptLogSumExp,
            States = job.Pooler?.Result($"sample {input.Index}") ?? new Dictionary<Pooling, PooledStates>(),
        };
        return _classifier?.Classify(trace) ?? trace;
    }
}
