using Fathom.Formats;
using Fathom.Models.Encoders;
using Fathom.Models.Running;
using Fathom.Models.Verification;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>
/// Compares what training gives with reference values in a safetensors file: <c>grad.NAME</c>, the derivative of the file's loss by each
/// parameter (of an adapter by its tensors, the model being frozen), and <c>adamw_losses</c>, the losses before each step of AdamW on
/// the same batch. Of a decoder the loss is that of the next tokens or, with a class head, of <c>labels</c>; of an encoder that of its
/// classes, or of the ranking head that the file brings (<c>ranker.*</c>). States and logits: <see cref="ReferenceVerifier"/> and its like.
/// </summary>
/// <param name="model">A folder in Hugging Face layout or a GGUF file.</param>
/// <param name="tolerance">The bounds; default: the documented ones.</param>
public sealed class TrainingVerifier(string model, ReferenceTolerance? tolerance = null)
{
    // Bytes a parameter, all in fp32.
    private const long Value = 4;
    private const long Gradient = 4;
    private const long Moments = 8;

    private readonly ReferenceTolerance _tolerance = tolerance ?? new ReferenceTolerance();

    /// <summary>Folder of a LoRA adapter that is taught; null for the model's own parameters.</summary>
    public string? Adapter { get; init; }

    /// <summary>Threads; default: every processor.</summary>
    public int? Threads { get; init; }

    /// <summary>Memory that parameters, gradients and moments may take, in bytes; default: what this process may have in all.</summary>
    public long MemoryLimit { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Whether a file says anything about training.</summary>
    /// <exception cref="FathomException">The file cannot be read.</exception>
    public static bool Concerns(string goldenPath)
    {
        using var file = SafetensorsFile.Open(goldenPath);
        return file.Names.Any(ReferenceJudge.IsOfTraining);
    }

    /// <summary>Compares everything about training in the file.</summary>
    /// <exception cref="FathomException">File or model cannot be read, or its shapes are not those of the model. A model that cannot be taught is no error: what is not compared says so.</exception>
    public ReferenceReport Verify(string goldenPath)
    {
        using var opened = SafetensorsFile.Open(goldenPath);
        var file = new GoldenFile(opened);
        var judge = new ReferenceJudge(_tolerance);
        if (!opened.Names.Any(ReferenceJudge.IsOfTraining)) return judge.Report();
        var encoder = TextEncoder.CanLoad(model);
        if ((encoder ? TooLarge(TrainableEncoder.Examine(model), file) : TooLarge(CountParameters(), file)) is { } reason)
        {
            judge.LeaveTraining(file, reason);
            return judge.Report();
        }

        using var device = new AutogradDevice(Threads);
        if (encoder) EncoderTrainingReference.Compare(model, file, device, judge);
        else CompareDecoder(goldenPath, file, device, judge);
        return judge.Report();
    }

    private void CompareDecoder(string goldenPath, GoldenFile file, AutogradDevice device, ReferenceJudge judge)
    {
        TrainableModel taught;
        try
        {
            taught = TrainableModel.Load(model, device);
        }
        catch (FathomException refused)
        {
            // A model may run and not be taught, such as a GGUF file that config.json has no words for: all else is compared.
            judge.LeaveTraining(file, refused.Message);
            return;
        }

        using (taught)
        {
            if (file.Has("input_ids")) DecoderTrainingReference.Compare(taught, Adapter, file, judge);
            else if (PromptReference.Beside(goldenPath) is { } prompts) PromptTrainingReference.Compare(taught, file, prompts, judge);
        }
    }

    private long CountParameters()
    {
        var files = ModelFiles.Open(model);
        using var weights = files.Weights;
        return weights.Names.Sum(name => weights.GetTensor(name).ElementCount);
    }

    private string? TooLarge(long parameters, GoldenFile file)
    {
        var (each, what) = Adapter is not null ? (Value, "in fp32 under an adapter")
            : file.Has("adamw_losses") || !file.Has("input_ids") ? (Value + Gradient + Moments, "with gradients and AdamW's moments")
            : (Value + Gradient, "with gradients");
        var bytes = checked(parameters * each);
        return bytes <= MemoryLimit ? null : $"{parameters} parameters {what} take {bytes >> 20} MiB, more than the {MemoryLimit >> 20} MiB there are";
    }
}
