using Fathom.Models.Adapters;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>The low-rank update of one linear layer: y becomes y + scale B A dropout(x).</summary>
public sealed class LoraLayer : IDisposable
{
    internal LoraLayer(AutogradDevice device, LoraTarget target, double dropout)
    {
        (Target, Dropout) = (target, dropout);
        A = device.NewVariable(true, target.Rank, target.Inputs);
        B = device.NewVariable(true, target.Outputs, target.Rank);
    }

    /// <summary>Which layer, its sizes and the update's factor.</summary>
    public LoraTarget Target { get; }

    /// <summary>The map down, <c>[rank, inputs]</c>.</summary>
    public Variable A { get; }

    /// <summary>The map up, <c>[outputs, rank]</c>.</summary>
    public Variable B { get; }

    /// <summary>Probability with which an element of the input is dropped in training.</summary>
    public double Dropout { get; internal set; }

    /// <summary>What is added to the layer's output for its input <paramref name="x"/> in this pass.</summary>
    public LowRankUpdate Update(Tape tape, Variable x) => new(tape.Dropout(x, Dropout), A, B, Target.Scale);

    /// <inheritdoc/>
    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }
}
