using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>Clipping by the norm of all gradients together.</summary>
public static class GradientClipping
{
    /// <summary>Scales every gradient by the same factor so that their joint 2-norm is at most <paramref name="largest"/>; returns the norm before.</summary>
    /// <exception cref="FathomException">The norm is not finite: a step would destroy the model.</exception>
    public static double Clip(IEnumerable<Variable> parameters, double largest)
    {
        var list = parameters.Where(parameter => parameter.HasGradient).ToList();
        var norm = Norm(list);
        if (!double.IsFinite(norm)) throw new FathomException($"the gradient's norm is {norm}: lower the learning rate, or look at the batch");
        if (norm <= largest) return norm;
        var factor = (float)(largest / norm);
        foreach (var parameter in list) parameter.Device.Rows.Scale(parameter.Gradient, factor, parameter.Gradient);
        return norm;
    }

    /// <summary>The joint 2-norm of all gradients, in double; not finite where one is not.</summary>
    public static double Norm(IEnumerable<Variable> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var sum = 0.0;
        foreach (var parameter in parameters.Where(parameter => parameter.HasGradient)) sum += parameter.Device.Rows.SumOfSquares(parameter.Gradient);
        return Math.Sqrt(sum);
    }
}
