using Fathom.Models.Running;

namespace Fathom.Models.Generation;

/// <summary>Leads the states of a pass to the poolers of its jobs.</summary>
internal sealed unsafe class JobObserver(int width) : IStateObserver
{
    private readonly List<(Job Job, int Start, int FirstRow, int Rows)> _parts = [];

    /// <summary>Forgets the pass before.</summary>
    public void Clear() => _parts.Clear();

    /// <summary>Adds a segment of the pass to come.</summary>
    public void Add(Job job, int firstRow, int rows) => _parts.Add((job, job.Sequence!.Length, firstRow, rows));

    /// <inheritdoc/>
    public void Observe(int entry, float* states)
    {
        foreach (var (job, start, firstRow, rows) in _parts)
        {
            if (job.Pooler is not { } pooler) continue;
            var own = states + (long)firstRow * width;
            if (start < job.Prompt.Length) pooler.AddPrompt(entry, own, start, rows, job.Prompt.Length);
            else pooler.AddStep(entry, start - job.Prompt.Length + 1, own, predicts: job.Finish is null);
        }
    }
}
