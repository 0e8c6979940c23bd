using Fathom.Models.Adapters;
using Fathom.Models.Architectures;
using Fathom.Tensors;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>Makes adapters for a model, new or from PEFT's files.</summary>
internal static class AdapterFactory
{
    /// <summary>An adapter that changes nothing yet: A uniform in ±1/sqrt(inputs) (PEFT's Kaiming with a = sqrt(5)), B zero, copies equal to the model's.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">Its shape.</param>
    /// <param name="model">The model.</param>
    /// <param name="seed">Seed of A; a layer's numbers do not depend on which others are adapted.</param>
    public static Adapter New(string name, LoraOptions options, TrainableModel model, ulong seed)
    {
        var shapes = ParameterShapes.WithHead(model.Config);
        if (model.Config.IsClassifier) options = WithClassHead(options);
        var adapter = new Adapter(name, options, LoraPlan.Make(options, shapes, $"adapter '{name}'"), model.Device, shapes);
        foreach (var layer in adapter.Layers.Values) Fill(layer.A.Values, layer.Target.Inputs, new CounterRandom(seed, (ulong)shapes.IndexOf(layer.Target.Module + ".weight")));
        foreach (var (parameter, copy) in adapter.Saved) Own(model, parameter).Values.CopyTo(copy.Values);
        return adapter;
    }

    /// <summary>An adapter from a folder.</summary>
    public static Adapter Load(string name, string folder, TrainableModel model)
    {
        using var files = AdapterFolder.Open(folder);
        var shapes = ParameterShapes.WithHead(model.Config);
        var adapter = new Adapter(name, files.Options, files.Bind(shapes), model.Device, shapes);
        try
        {
            foreach (var (tensor, variable) in adapter.Tensors) files.Decode(tensor, variable.Values);
            adapter.Warnings = HasEffect(adapter, model) ? files.Warnings : [.. files.Warnings, AdapterFolder.NoEffect(folder)];
            return adapter;
        }
        catch
        {
            adapter.Dispose();
            throw;
        }
    }

    // PEFT does the same: a head that was just drawn is of no use frozen.
    private static LoraOptions WithClassHead(LoraOptions options) => options with
    {
        TaskType = "SEQ_CLS",
        ModulesToSave = options.ModulesToSave.Contains("score", StringComparer.Ordinal) ? options.ModulesToSave : [.. options.ModulesToSave, "score"],
    };

    private static bool HasEffect(Adapter adapter, TrainableModel model) =>
        adapter.Layers.Values.Any(layer => layer.Target.Scale != 0 && layer.A.Values.ContainsAnyExcept(0f) && layer.B.Values.ContainsAnyExcept(0f))
        || adapter.Saved.Any(saved => !saved.Value.Values.SequenceEqual(Own(model, saved.Key).Values));

    private static Variable Own(TrainableModel model, string parameter) => model.Parameters.GetValueOrDefault(parameter) ?? model.BareHead;

    private static void Fill(Span<float> values, int inputs, CounterRandom random)
    {
        var bound = 1 / Math.Sqrt(inputs);
        foreach (ref var value in values) value = (float)((2 * random.NextDouble() - 1) * bound);
    }
}
