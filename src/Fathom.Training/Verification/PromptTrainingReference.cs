using System.Text.Json.Nodes;
using Fathom.Models.Verification;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>
/// What a file of prompts says of training: the JSON's <c>train</c> has the loss of <c>train.input_ids</c>, the norm of every parameter's
/// gradient and the losses of AdamW's steps at 1e-4; the tensors <c>train.grad.NAME</c> are whole gradients.
/// </summary>
internal static class PromptTrainingReference
{
    private const string Prefix = "train.";

    // Measured against this file's fp32 sums over 49,152 classes; see docs/training.md.
    private const double GradientBound = 2e-3;

    /// <summary>Compares what there is.</summary>
    /// <exception cref="FathomException">The JSON lacks what it should hold, or shapes are not those of the model.</exception>
    public static void Compare(TrainableModel model, GoldenFile file, JsonObject prompts, ReferenceJudge judge)
    {
        try
        {
            CompareAll(model, file, prompts, judge);
        }
        catch (Exception failure) when (failure is NullReferenceException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new FathomException($"{Path.ChangeExtension(file.Location, ".json")}: its 'train' does not hold a loss, norms of gradients and losses of steps as expected", failure);
        }
    }

    private static void CompareAll(TrainableModel model, GoldenFile file, JsonObject prompts, ReferenceJudge judge)
    {
        var names = file.Names.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToArray();
        if (!file.Has(Prefix + "input_ids") || prompts["train"] is not JsonObject train)
        {
            judge.LeaveTraining(file, "the JSON file beside it has no 'train' that says what was taught");
            return;
        }

        judge.Used(Prefix + "input_ids");
        var batch = TokenBatch.Of([.. file.Integers(Prefix + "input_ids").Chunk(file.Shape(Prefix + "input_ids")[^1])]);
        var objective = new CausalLanguageModelling();
        double Loss() => Accumulation.Run(model, objective, [batch]);
        var loss = Loss();
        judge.Within("train.loss", loss, (double)train["loss"]!, judge.Tolerance.Loss, relative: false);
        foreach (var (name, norm) in train["gradient_norms"]?.AsObject() ?? [])
        {
            if (model.Parameters.TryGetValue(name, out var parameter)) judge.Within($"train.gradient_norms.{name}", Math.Sqrt(Squares(parameter)), (double)norm!, GradientBound, relative: true);
            else judge.Leave($"train.gradient_norms.{name}", GradientComparison.NoSuchParameter);
        }

        if (train["global_norm"] is { } global) judge.Within("train.global_norm", Math.Sqrt(model.Parameters.Values.Sum(Squares)), (double)global, GradientBound, relative: true);

        foreach (var name in names.Where(name => name.StartsWith(Prefix + GradientComparison.Prefix, StringComparison.Ordinal)))
        {
            if (!model.Parameters.TryGetValue(name[(Prefix.Length + GradientComparison.Prefix.Length)..], out var parameter))
            {
                judge.Leave(name, GradientComparison.NoSuchParameter);
                continue;
            }

            var difference = new Difference();
            difference.Add(parameter.Gradient, file.Floats(name, [.. parameter.Shape]));
            judge.Within(name, difference, GradientBound);
        }

        if (train["adamw_losses_lr1e-4"] is not JsonArray losses) return;
        GradientComparison.Steps("train.adamw_losses", [.. losses.Select(value => (float)(double)value!)], [.. model.Trainable.Values], Loss, 1e-4, judge);
    }

    private static double Squares(Variable parameter)
    {
        var sum = 0.0;
        foreach (var value in parameter.Gradient) sum += (double)value * value;
        return sum;
    }
}
