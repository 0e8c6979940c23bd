using System.Globalization;
using System.Text;
using System.Text.Json;
using Fathom.Formats;
using Fathom.Models.Adapters;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>
/// The folder <c>checkpoints</c> of a run: for a step <c>step-000100</c> the model in Hugging Face layout (or its adapter as PEFT
/// has it, the base being unchanged), <c>optimizer.safetensors</c> and <c>trainer_state.json</c>. A checkpoint has its name only when all of it is on the disk.
/// </summary>
internal sealed class CheckpointStore(string folder)
{
    private const string Prefix = "step-";
    private const string StateName = "trainer_state.json";
    private const string OptimiserName = "optimizer.safetensors";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Steps there is a checkpoint of, ascending.</summary>
    public IReadOnlyList<int> Steps => !Directory.Exists(folder)
        ? []
        : [.. Directory.EnumerateDirectories(folder, Prefix + "*").Select(path => StepOf(Path.GetFileName(path))).OfType<int>().Order()];

    /// <summary>Path of a step's checkpoint.</summary>
    public string PathOf(int step) => Path.Combine(folder, Prefix + step.ToString("D6", CultureInfo.InvariantCulture));

    /// <summary>Writes a checkpoint.</summary>
    /// <exception cref="FathomException">It cannot be written; those before are as they were.</exception>
    public void Save(TrainerState state, ITrainable model, IOptimiser optimiser, CompanionFiles? companions)
    {
        Directory.CreateDirectory(folder);
        using var target = AtomicFolder.Create(PathOf(state.Step));
        var at = target.WorkPath;
        if (Taught(model) is { } adapter)
        {
            adapter.Save(at);
        }
        else
        {
            model.SaveWeights(at, WeightPrecision.Fp32, companions);
        }

        WeightFile.Write(Path.Combine(at, OptimiserName), Moments(model, optimiser), WeightPrecision.Fp32);
        AtomicFile.WriteAllBytes(Path.Combine(at, StateName), Encoding.UTF8.GetBytes(state.ToJson().ToJsonString(Indented) + "\n"));
        target.Commit();
    }

    /// <summary>The state of a step's checkpoint.</summary>
    public TrainerState ReadState(int step)
    {
        var path = Path.Combine(PathOf(step), StateName);
        try
        {
            return TrainerState.Parse(File.ReadAllBytes(path), path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FathomException($"{path}: cannot be read: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

    /// <summary>Fills the trained parameters from a step's checkpoint.</summary>
    public void RestoreWeights(int step, ITrainable model)
    {
        if (Taught(model) is { } adapter) WeightFile.Read(Path.Combine(PathOf(step), AdapterFolder.WeightsName), [.. adapter.Tensors.Select(pair => KeyValuePair.Create(AdapterFolder.Prefix + pair.Key, pair.Value))]);
        else WeightFile.Read(Path.Combine(PathOf(step), ModelSaving.WeightsName), [.. model.Trainable]);
    }

    /// <summary>Fills the optimiser from a step's checkpoint.</summary>
    public void RestoreOptimiser(int step, ITrainable model, IOptimiser optimiser)
    {
        WeightFile.Read(Path.Combine(PathOf(step), OptimiserName), Moments(model, optimiser));
        optimiser.Restore(step);
    }

    /// <summary>Deletes every checkpoint but the newest, the best, and the last few of those made on schedule; and what a crash left half written.</summary>
    public void Prune(int keep, int best, Func<int, bool> onSchedule)
    {
        var steps = Steps;
        if (steps.Count == 0) return;
        HashSet<int> kept = [.. steps.Where(onSchedule).TakeLast(keep), steps[^1], best];
        foreach (var step in steps.Where(step => !kept.Contains(step))) Directory.Delete(PathOf(step), recursive: true);
        foreach (var leftover in Directory.EnumerateDirectories(folder, "." + Prefix + "*.tmp")) Directory.Delete(leftover, recursive: true);
    }

    private static int? StepOf(string name) =>
        int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;

    private static Adapter? Taught(ITrainable model)
    {
        var taught = model.Adapters.Values.Where(adapter => adapter.Trains).ToList();
        return taught.Count switch
        {
            0 => null,
            1 => taught[0],
            _ => throw new FathomException($"{taught.Count} adapters train at once; checkpoints hold one"),
        };
    }

    private static List<KeyValuePair<string, Variable>> Moments(ITrainable model, IOptimiser optimiser)
    {
        var names = model.Trainable.ToDictionary(pair => pair.Value, pair => pair.Key);
        return [.. optimiser.Moments.Select(moment => KeyValuePair.Create($"{names[moment.Parameter]}.{moment.Name}", moment.Values))];
    }
}
