using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>Layers by their names in the checkpoint, on one tape, with what the active adapters add to them.</summary>
internal sealed class EncoderGraph(Tape tape, IReadOnlyDictionary<string, Variable> parameters, AdapterSet adapters, double dropout)
{
    /// <summary>The pass.</summary>
    public Tape Tape => tape;

    /// <summary>A parameter: an active adapter's copy, or the model's own.</summary>
    public Variable this[string name] => adapters.Saved(name) ?? parameters[name];

    /// <summary>Whether there is such a parameter.</summary>
    public bool Has(string name) => parameters.ContainsKey(name);

    /// <summary>A linear layer with its bias, where it has one, and the active updates.</summary>
    public Variable Linear(Variable x, string name) =>
        tape.Linear(x, this[name + ".weight"], Optional(name + ".bias"), [.. adapters.Layers(name).Select(layer => layer.Update(tape, x))]);

    /// <summary>A layer norm with its bias, where it has one.</summary>
    public Variable LayerNorm(Variable x, string name, float epsilon) => tape.LayerNorm(x, this[name + ".weight"], Optional(name + ".bias"), epsilon);

    /// <summary>Dropout of a layer's output.</summary>
    public Variable Drop(Variable x) => tape.Dropout(x, dropout);

    private Variable? Optional(string name) => parameters.ContainsKey(name) ? this[name] : null;
}
