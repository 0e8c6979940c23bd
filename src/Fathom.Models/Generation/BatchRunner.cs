using Fathom.Models.Running;

namespace Fathom.Models.Generation;

/// <summary>
/// Runs jobs together, continuously: whenever one has finished it leaves and the next comes in, as far as sequences, memory for keys
/// and values, and tokens per pass allow.
/// </summary>
internal sealed unsafe class BatchRunner(LanguageModel model, BatchOptions options) : IDisposable
{
    private readonly PassRunner _runner = model.Runner;
    private readonly List<Job> _active = [];
    private readonly List<PassSegment> _segments = [];
    private readonly List<Job> _fed = [];
    private readonly List<Job> _choosing = [];
    private readonly List<int> _rows = [];
    private readonly JobObserver _observer = new(model.Config.Width);
    private long _reserved;

    /// <summary>Prompt tokens run so far.</summary>
    public long PromptTokens { get; private set; }

    /// <summary>Tokens generated so far.</summary>
    public long GeneratedTokens { get; private set; }

    /// <summary>Runs all jobs of a source, which is asked for the next only when there is room; gives them back, finished, as they finish.</summary>
    public IEnumerable<Job> Run(IEnumerable<Job> source, Action<GeneratedToken>? onToken, CancellationToken cancellation)
    {
        using var waiting = source.GetEnumerator();
        var next = Next(waiting);
        while (_active.Count > 0 || next is not null)
        {
            cancellation.ThrowIfCancellationRequested();
            while (next is not null && HasRoom(next))
            {
                Admit(next);
                next = Next(waiting);
            }

            Step(onToken);
            for (var i = 0; i < _active.Count;)
            {
                var job = _active[i];
                if (job.NeedsPass)
                {
                    i++;
                    continue;
                }

                _active.RemoveAt(i);
                _reserved -= CacheBytes(job);
                job.Dispose();
                yield return job;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var job in _active) job.Dispose();
        _active.Clear();
    }

    private static Job? Next(IEnumerator<Job> source) => source.MoveNext() ? source.Current : null;

    private bool HasRoom(Job job) => _active.Count == 0 || (_active.Count < options.BatchSize && _reserved + CacheBytes(job) <= options.MaxCacheBytes);

    private void Admit(Job job)
    {
        job.Sequence = _runner.StartSequence(job.Prompt.Length);
        _reserved += CacheBytes(job);
        _active.Add(job);
    }

    private long CacheBytes(Job job) => TokenSequence.MostBytes(model.Config, job.Prompt.Length + (long)job.Options.MaxNewTokens);

    private void Step(Action<GeneratedToken>? onToken)
    {
        Gather();
        var observed = _fed.Exists(job => job.Pooler is not null);
        _runner.Run(_segments, observed ? _observer : null, (states, scratch) =>
        {
            if (_choosing.Count == 0) return;
            _runner.Logits(states, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_rows), scratch, (first, count, logits, statistics) =>
            {
                for (var i = 0; i < count; i++)
                {
                    var token = _choosing[first + i].Choose(logits + (long)i * model.Config.Vocabulary, model.Config.Vocabulary, statistics[i]);
                    GeneratedTokens++;
                    onToken?.Invoke(token);
                }
            });
        });
    }

    // Sequences that generate come first, one token each; prompts fill what is left of the pass.
    private void Gather()
    {
        _segments.Clear();
        _fed.Clear();
        _choosing.Clear();
        _rows.Clear();
        _observer.Clear();
        var row = 0;
        foreach (var prompts in (ReadOnlySpan<bool>)[false, true])
        {
            foreach (var job in _active)
            {
                var done = job.Sequence!.Length;
                if (done < job.Prompt.Length != prompts) continue;
                var room = options.MaxTokensPerPass - row;
                if (room <= 0) return;
                var tokens = job.NextTokens(room);
                _segments.Add(new PassSegment(job.Sequence, tokens));
                _fed.Add(job);
                _observer.Add(job, row, tokens.Length);
                if (prompts) PromptTokens += tokens.Length;
                row += tokens.Length;
                if (job.Finish is not null || done + tokens.Length < job.Prompt.Length) continue;
                if (job.Options.MaxNewTokens == 0)
                {
                    job.EndAfterPrompt();
                    continue;
                }

                _choosing.Add(job);
                _rows.Add(row - 1);
            }
        }
    }
}
