namespace Fathom.Training;

/// <summary>Parameters of class heads.</summary>
internal static class EncoderHead
{
    /// <summary>A dense layer's weight and bias.</summary>
    public static IEnumerable<(string Name, int[] Shape)> Dense(string name, int outputs, int inputs, bool bias = true) =>
        bias ? [(name + ".weight", [outputs, inputs]), (name + ".bias", [outputs])] : [(name + ".weight", [outputs, inputs])];

    /// <summary>A norm's weight and bias.</summary>
    public static IEnumerable<(string Name, int[] Shape)> Norm(string name, int width, bool bias) =>
        bias ? [(name + ".weight", [width]), (name + ".bias", [width])] : [(name + ".weight", [width])];
}
