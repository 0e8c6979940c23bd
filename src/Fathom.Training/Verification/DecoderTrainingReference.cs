using Fathom.Models.Adapters;
using Fathom.Models.Verification;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>A decoder's loss, gradients and ten steps of AdamW against a file of reference values.</summary>
internal static class DecoderTrainingReference
{
    private const string Steps = "adamw_losses";
    private const double Rate = 1e-3;

    /// <summary>Compares what the file has.</summary>
    public static void Compare(TrainableModel model, string? adapterFolder, GoldenFile file, ReferenceJudge judge)
    {
        var adapter = adapterFolder is null ? null : model.LoadAdapter("default", adapterFolder);
        if (adapter is not null) adapter.Dropout = 0;
        var rows = GoldenRows.ReadApart(file);
        var (loss, reason) = Loss(model, file, rows);
        if (loss is null)
        {
            judge.LeaveTraining(file, reason);
            return;
        }

        var first = loss();
        if (file.Has("loss")) judge.Loss("loss", first, file);
        GradientComparison.Compare(file, adapter is null ? model.Parameters : NamesInFile(adapter), judge);
        if (file.Has(Steps)) GradientComparison.Steps(Steps, file.Floats(Steps, file.Shape(Steps)), [.. model.Trainable.Values], loss, Rate, judge);
    }

    // The reference's rows are padded to one length, to which dynamic rope's angles are made.
    private static (Func<double>? Loss, string Reason) Loss(TrainableModel model, GoldenFile file, GoldenRows rows)
    {
        var batch = TokenBatch.Of(rows.Tokens);
        batch.RopeLength = rows.Columns;
        if (model.Config.IsClassifier)
        {
            if (!file.Has("labels")) return (null, "the file has no 'labels', which the loss of a classifier needs");
            var (classes, labelled) = (new SequenceClassification(), LabelledBatch.Of(batch, file.Integers("labels")));
            return (() => Accumulation.Run(model, classes, [labelled]), "");
        }

        if (NextTokenTargets.Read(file, rows) is not { } predicted) return (null, NextTokenTargets.OtherLabels);
        for (var row = 0; row < predicted.Length; row++)
        {
            foreach (var (at, counts) in predicted[row].Index().Skip(1).Where(token => !token.Item)) batch.Targets[batch.RowOf(row, at - 1)] = -1;
        }

        var objective = new CausalLanguageModelling();
        return (() => Accumulation.Run(model, objective, [batch]), "");
    }

    // PEFT's names; a module that is saved whole has the copy's name there, or the module's own.
    private static Dictionary<string, Variable> NamesInFile(Adapter adapter)
    {
        var names = new Dictionary<string, Variable>(StringComparer.Ordinal);
        foreach (var (name, variable) in adapter.Tensors)
        {
            names[AdapterFolder.Prefix + name] = variable;
            var module = name.LastIndexOf('.');
            names[$"{AdapterFolder.Prefix}{name[..module]}.modules_to_save{name[module..]}"] = variable;
        }

        return names;
    }
}
