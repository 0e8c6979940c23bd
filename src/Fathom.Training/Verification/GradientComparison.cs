using Fathom.Models.Verification;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>Compares gradients and steps by the names the file has for them.</summary>
internal static class GradientComparison
{
    /// <summary>What stands before a parameter's name.</summary>
    public const string Prefix = "grad.";

    /// <summary>Why a gradient is not compared.</summary>
    public const string NoSuchParameter = "the model teaches no parameter of this name";

    /// <summary>Compares every <c>grad.NAME</c>; a parameter that the file lacks is not compared, one that the model lacks is named.</summary>
    /// <param name="file">The reference's values.</param>
    /// <param name="parameters">Ours by their names in the file, without the prefix.</param>
    /// <param name="judge">Keeps account.</param>
    /// <exception cref="FathomException">A shape is another one.</exception>
    public static void Compare(GoldenFile file, IReadOnlyDictionary<string, Variable> parameters, ReferenceJudge judge)
    {
        foreach (var name in file.Names.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            if (!parameters.TryGetValue(name[Prefix.Length..], out var parameter))
            {
                judge.Leave(name, NoSuchParameter);
                continue;
            }

            var difference = new Difference();
            difference.Add(parameter.Gradient, file.Floats(name, [.. parameter.Shape]));
            judge.Gradient(name, difference);
        }
    }

    /// <summary>Takes steps of AdamW on one batch, as long as the reference did, and compares the losses before each.</summary>
    /// <param name="name">Name of the tensor of losses.</param>
    /// <param name="reference">The reference's losses.</param>
    /// <param name="parameters">What is taught; its gradients are given back first.</param>
    /// <param name="loss">Computes the loss and adds up the gradients.</param>
    /// <param name="rate">The learning rate; weight decay is 0.01 on all parameters, nothing is clipped.</param>
    /// <param name="judge">Keeps account.</param>
    public static void Steps(string name, float[] reference, IReadOnlyCollection<Variable> parameters, Func<double> loss, double rate, ReferenceJudge judge)
    {
        if (reference.Length == 0)
        {
            judge.Leave(name, "is empty");
            return;
        }

        var device = parameters.First().Device;
        foreach (var parameter in parameters) parameter.ReleaseGradient();
        using var optimiser = new AdamW(device, [new ParameterGroup([.. parameters], WeightDecay: 0.01)]);
        var ours = new float[reference.Length];
        for (var step = 0; step < ours.Length; step++)
        {
            ours[step] = (float)loss();
            if (step < ours.Length - 1) optimiser.Step(rate);
        }

        var difference = new Difference();
        difference.Add(ours, reference);
        judge.Steps(name, difference);
    }
}
