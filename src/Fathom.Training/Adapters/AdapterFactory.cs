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
    public static Adapter New(string name, LoraOptions options, TrainableModel model, ulong seed) =>
        New(name, model.Config.IsClassifier ? WithSaved(options, ["score"]) : options, model.Device, ParameterShapes.WithHead(model.Config), parameter => Own(model, parameter), seed);

    /// <summary>The same for a model of any kind.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">Its shape.</param>
    /// <param name="device">Where the model computes.</param>
    /// <param name="shapes">Every parameter's shape, in the order of the model.</param>
    /// <param name="own">The model's own parameter of a name.</param>
    /// <param name="seed">Seed of A.</param>
    public static Adapter New(string name, LoraOptions options, AutogradDevice device, OrderedDictionary<string, int[]> shapes, Func<string, Variable> own, ulong seed)
    {
        var adapter = new Adapter(name, options, LoraPlan.Make(options, shapes, $"adapter '{name}'"), device, shapes);
        foreach (var layer in adapter.Layers.Values) Fill(layer.A.Values, layer.Target.Inputs, new CounterRandom(seed, (ulong)shapes.IndexOf(layer.Target.Module + ".weight")));
        foreach (var (parameter, copy) in adapter.Saved) own(parameter).Values.CopyTo(copy.Values);
        return adapter;
    }

    /// <summary>An adapter from a folder.</summary>
    public static Adapter Load(string name, string folder, TrainableModel model) =>
        Load(name, folder, model.Device, ParameterShapes.WithHead(model.Config), parameter => Own(model, parameter));

    /// <summary>The same for a model of any kind.</summary>
    public static Adapter Load(string name, string folder, AutogradDevice device, OrderedDictionary<string, int[]> shapes, Func<string, Variable> own)
    {
        using var files = AdapterFolder.Open(folder);
        var adapter = new Adapter(name, files.Options, files.Bind(shapes), device, shapes);
        try
        {
            foreach (var (tensor, variable) in adapter.Tensors) files.Decode(tensor, variable.Values);
            adapter.Warnings = HasEffect(adapter, own) ? files.Warnings : [.. files.Warnings, AdapterFolder.NoEffect(folder)];
            return adapter;
        }
        catch
        {
            adapter.Dispose();
            throw;
        }
    }

    /// <summary>Options of a classifier whose head is taught whole. PEFT does the same: a head that was just drawn is of no use frozen.</summary>
    public static LoraOptions WithSaved(LoraOptions options, IEnumerable<string> heads) => options with
    {
        TaskType = "SEQ_CLS",
        ModulesToSave = [.. options.ModulesToSave, .. heads.Where(head => !options.ModulesToSave.Contains(head, StringComparer.Ordinal))],
    };

    private static bool HasEffect(Adapter adapter, Func<string, Variable> own) =>
        adapter.Layers.Values.Any(layer => layer.Target.Scale != 0 && layer.A.Values.ContainsAnyExcept(0f) && layer.B.Values.ContainsAnyExcept(0f))
        || adapter.Saved.Any(saved => !saved.Value.Values.SequenceEqual(own(saved.Key).Values));

    private static Variable Own(TrainableModel model, string parameter) => model.Parameters.GetValueOrDefault(parameter) ?? model.BareHead;

    private static void Fill(Span<float> values, int inputs, CounterRandom random)
    {
        var bound = 1 / Math.Sqrt(inputs);
        foreach (ref var value in values) value = (float)((2 * random.NextDouble() - 1) * bound);
    }
}
