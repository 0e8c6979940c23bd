using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Tensors;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>Reads an encoder's tensors as variables.</summary>
internal static class EncoderWeights
{
    private const double Spread = 0.02;

    /// <summary>Whether a tensor of the file is taught: not index buffers, heads of another kind, a decoder.</summary>
    public static bool TakesPart(string name, bool classifies)
    {
        if (name.EndsWith("_ids", StringComparison.Ordinal) || Begins(name, "decoder.", "cls.", "lm_", "mask_predictions.")) return false;
        return classifies || !IsCarried(name);
    }

    /// <summary>Whether a tensor is one that a model without class head carries along: a pooler's, or of a head over tokens.</summary>
    public static bool IsCarried(string name) => name.Contains("pooler.", StringComparison.Ordinal) || Begins(name, "classifier.", "head.", "qa_outputs.");

    /// <summary>Reads a tensor.</summary>
    /// <exception cref="FathomException">A number is not finite.</exception>
    public static Variable Read(StoredTensor tensor, AutogradDevice device, bool taught = true)
    {
        var variable = device.NewVariable(taught, [.. tensor.Shape.Select(size => checked((int)size))]);
        WeightValues.Decode(tensor, variable.Values);
        var bad = variable.Values.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (bad < 0) return variable;
        variable.Dispose();
        throw new FathomException($"tensor '{tensor.Name}' has a value that is not a finite number at index {bad}: the model is damaged; download or convert it again");
    }

    /// <summary>A parameter of a new class head: from the file where the encoder has it (a pooler, a head shared with masked language modelling), or drawn normal with spread 0.02, norms 1, biases 0.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="source">The encoder's files.</param>
    /// <param name="nameInFile">What the file may call it.</param>
    /// <param name="device">Where it is to live.</param>
    /// <param name="random">Numbers for it.</param>
    public static Variable Fresh(string name, int[] shape, ITensorSource source, string nameInFile, AutogradDevice device, CounterRandom random)
    {
        if (!Begins(name, "classifier.") && source.TryGetTensor(nameInFile, out var stored) && stored.Shape.SequenceEqual(shape.Select(size => (long)size))) return Read(stored, device);
        var variable = device.NewVariable(true, shape);
        if (shape.Length > 1)
        {
            foreach (ref var value in variable.Values) value = (float)(Spread * random.NextNormal());
        }
        else
        {
            variable.Values.Fill(name.EndsWith(".weight", StringComparison.Ordinal) ? 1f : 0f);
        }

        return variable;
    }

    private static bool Begins(string name, params ReadOnlySpan<string> starts)
    {
        foreach (var start in starts)
        {
            if (name.StartsWith(start, StringComparison.Ordinal)) return true;
        }

        return false;
    }
}
