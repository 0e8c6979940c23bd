using Fathom.Models.Adapters;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>A model that the trainer can teach, whatever it is made of. What an objective needs besides, it asks for by an interface of its own.</summary>
public interface ITrainable : IDisposable
{
    /// <summary>Where it computes; it belongs to the caller.</summary>
    AutogradDevice Device { get; }

    /// <summary>What is taught, in a fixed order: every parameter, or where there are adapters the tensors of those that train.</summary>
    OrderedDictionary<string, Variable> Trainable { get; }

    /// <summary>The adapters by name, active or not.</summary>
    IReadOnlyDictionary<string, Adapter> Adapters { get; }

    /// <summary>Whether a training pass keeps only what goes from layer to layer and computes the rest again on the way back.</summary>
    bool ActivationCheckpointing { get; set; }

    /// <summary>Adds an adapter that changes nothing yet, active and taught; the model's own parameters are frozen.</summary>
    /// <param name="name">Its name, not used yet.</param>
    /// <param name="options">Which layers, and how.</param>
    /// <param name="seed">Seed of the random half.</param>
    /// <exception cref="FathomException">The name is taken, or the options do not fit the model.</exception>
    Adapter AddAdapter(string name, LoraOptions options, ulong seed = 0);

    /// <summary>Writes the model in Hugging Face layout into a folder that exists, active adapters added to its weights.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="precision">How the numbers are stored.</param>
    /// <param name="companions">Files to put beside the weights.</param>
    /// <exception cref="FathomException">The files cannot be written; each is there whole or not at all.</exception>
    void SaveWeights(string folder, WeightPrecision precision, CompanionFiles? companions = null);

    /// <summary>Floating-point operations of a pass forward and back.</summary>
    /// <param name="rows">Rows that go through the matrices.</param>
    /// <param name="segments">The sequences.</param>
    /// <param name="targets">Rows that reach the head.</param>
    double Operations(int rows, IReadOnlyList<RowSegment> segments, int targets);
}
