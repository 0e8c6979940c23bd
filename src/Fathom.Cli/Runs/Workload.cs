using System.Globalization;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Machine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;

namespace Fathom.Cli.Runs;

/// <summary>How much a run will do and take, known before it starts.</summary>
internal sealed record Workload(int Samples, long PromptTokens, long MostNewTokens, int DropoutPasses, long MemoryBytes, long DiskBytes, double Operations)
{
    // Of the measured peak of multiply-adds a forward pass over short prompts reaches about this share, generation included.
    private const double ShareOfPeak = 0.4;

    /// <summary>The work of tracing these sets.</summary>
    public static Workload Of(IReadOnlyList<SampleSet> sets, ModelSession session, int poolings, int newTokens, int dropoutPasses = 0)
    {
        var samples = sets.Sum(set => set.Samples.Count);
        var prompt = sets.Sum(set => set.PromptTokens);
        var generated = (long)samples * newTokens;
        var config = session.Model.Config;
        var stateBytes = (long)(config.Layers + 1) * config.Width * sizeof(float) * poolings;
        return new Workload(
            samples,
            prompt,
            generated,
            dropoutPasses,
            session.EstimateMemory(sets.Max(set => set.LongestPrompt) + newTokens, dropoutPasses),
            samples * (stateBytes + 1024 + (long)dropoutPasses * sizeof(double)) + sets.Sum(set => set.PromptTokens + set.Samples.Count * (long)newTokens) * 8,
            2.0 * session.Model.ParameterCount * (prompt + generated) * (1 + dropoutPasses));
    }

    /// <summary>Says it on standard error, and refuses what does not fit.</summary>
    /// <exception cref="FathomException">Memory or disk will not do; the message names the knob.</exception>
    public void Announce(VerbContext context, string folder)
    {
        if (MemoryBytes > MachineFacts.MemoryBytes)
        {
            throw new FathomException($"this takes about {Units.Bytes(MemoryBytes)} of memory and only {Units.Bytes(MachineFacts.MemoryBytes)} are there; lower --batch-size, or use a smaller model");
        }

        if (MachineFacts.FreeDiskBytes(folder) is { } free && DiskBytes > free)
        {
            throw new FathomException($"the traces take about {Units.Bytes(DiskBytes)} and only {Units.Bytes(free)} are free at {folder} (disk is full); name another --out, or lower --limit");
        }

        if (context.Quiet)
        {
            return;
        }

        var peak = PeakProbe.MultiplyAddGigaflops(context.Get(CommonOptions.Threads) ?? MachineFacts.Cores) * 1e9;
        var time = Units.Duration(TimeSpan.FromSeconds(Operations / (ShareOfPeak * peak)));
        context.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"{Samples} samples, {PromptTokens} prompt tokens, at most {MostNewTokens} to generate{(DropoutPasses > 0 ? $", {DropoutPasses} passes with dropout each" : "")}: roughly {time}, {Units.Bytes(MemoryBytes)} of memory, {Units.Bytes(DiskBytes)} of disk"));
    }
}
