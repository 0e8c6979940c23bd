using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>Layers by their names in the checkpoint, on one tape.</summary>
internal sealed class EncoderGraph(Tape tape, IReadOnlyDictionary<string, Variable> parameters, double dropout)
{
    /// <summary>The pass.</summary>
    public Tape Tape => tape;

    /// <summary>A parameter.</summary>
    public Variable this[string name] => parameters[name];

    /// <summary>Whether there is such a parameter.</summary>
    public bool Has(string name) => parameters.ContainsKey(name);

    /// <summary>A linear layer with its bias, where it has one.</summary>
    public Variable Linear(Variable x, string name) => tape.Linear(x, this[name + ".weight"], parameters.GetValueOrDefault(name + ".bias"));

    /// <summary>A layer norm with its bias.</summary>
    public Variable LayerNorm(Variable x, string name, float epsilon) => tape.LayerNorm(x, this[name + ".weight"], this[name + ".bias"], epsilon);

    /// <summary>Dropout of a layer's output.</summary>
    public Variable Drop(Variable x) => tape.Dropout(x, dropout);
}
