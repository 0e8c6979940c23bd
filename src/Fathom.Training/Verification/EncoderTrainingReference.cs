using Fathom.Models.Encoders;
using Fathom.Models.Verification;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>An encoder's loss and gradients against a file of reference values: of its classes, or of the ranking head that the file brings.</summary>
internal static class EncoderTrainingReference
{
    private const string Ranker = "ranker.";
    private const string Steps = "adamw_losses";

    /// <summary>Compares what the file has.</summary>
    public static void Compare(string path, GoldenFile file, AutogradDevice device, ReferenceJudge judge)
    {
        using var model = TrainableEncoder.Load(path, device);
        using var head = new RankerHead(file, device);
        var loss = Loss(model, file, head);
        if (loss is null)
        {
            judge.LeaveTraining(file, "the file has neither 'labels' of one class a row nor a ranking head, so its loss is not known");
            return;
        }

        var parameters = new Dictionary<string, Variable>(model.Parameters, StringComparer.Ordinal);
        foreach (var (name, variable) in head.Parameters) parameters.Add(Ranker + name, variable);
        var first = loss();
        var named = head.Parameters.Count > 0 ? Ranker + "loss" : "loss";
        if (file.Has(named)) judge.Loss(named, first, file);
        GradientComparison.Compare(file, parameters, judge);
        if (file.Has(Steps)) GradientComparison.Steps(Steps, file.Floats(Steps, file.Shape(Steps)), parameters.Values, loss, 1e-3, judge);
    }

    private static Func<double>? Loss(TrainableEncoder model, GoldenFile file, RankerHead head)
    {
        var rows = GoldenRows.ReadRightPadded(file);
        var types = file.Has("token_type_ids") ? file.Integers("token_type_ids") : null;
        EncoderInput[] inputs = [.. rows.Tokens.Select((tokens, row) => new EncoderInput(tokens, types is null ? default : types.AsMemory(row * rows.Columns, tokens.Length)))];
        if (head.Parameters.Count > 0) return () => Run(model, tape => head.Loss(tape, model.States(tape, inputs), rows, file));
        if (model.Config.Labels.Count < 2 || model.Config.ProblemType is not (null or "single_label_classification") || !file.Has("labels")) return null;
        var labels = file.Integers("labels");
        return () => Run(model, tape => model.ClassificationLoss(tape, inputs, labels));
    }

    private static double Run(TrainableEncoder model, Func<Tape, Variable> compute)
    {
        using var tape = new Tape(model.Device);
        var loss = compute(tape);
        tape.Backward(loss);
        return loss.Values[0];
    }
}
