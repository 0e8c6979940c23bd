using System.Text.Json.Nodes;

namespace Fathom.Training;

/// <summary>Everything beside weights and moments that a resumed run needs to go on as if it had not been broken.</summary>
public sealed record TrainerState
{
    /// <summary>Steps done.</summary>
    public int Step { get; init; }

    /// <summary>Where the next step's batch begins.</summary>
    public DataCursor Cursor { get; init; }

    /// <summary>Micro-batches done: each draws its own dropout.</summary>
    public uint Parts { get; init; }

    /// <summary>Bytes of the metrics log that belong to the steps done.</summary>
    public long LogBytes { get; init; }

    /// <summary>Step with the best value of the watched metric; 0 while there is none.</summary>
    public int BestStep { get; init; }

    /// <summary>That value.</summary>
    public double? BestValue { get; init; }

    /// <summary>Evaluations since then without a better value.</summary>
    public int Stalled { get; init; }

    /// <summary>Whether the step's evaluation is still to be done: the person stopped the run before or during it.</summary>
    public bool EvaluationDue { get; init; }

    /// <summary>Whether the run has ended, by its steps or early.</summary>
    public bool Ended { get; init; }

    /// <summary>What the run is made of: recipe, hashes of the base model and the data.</summary>
    public JsonObject Identity { get; init; } = [];

    /// <summary>As the file has it.</summary>
    internal JsonObject ToJson() => new()
    {
        ["format"] = 1,
        ["step"] = Step,
        ["epoch"] = Cursor.Epoch,
        ["position"] = Cursor.Position,
        ["parts"] = Parts,
        ["log_bytes"] = LogBytes,
        ["best_step"] = BestStep,
        ["best_value"] = BestValue,
        ["stalled"] = Stalled,
        ["evaluation_due"] = EvaluationDue,
        ["ended"] = Ended,
        ["identity"] = Identity.DeepClone(),
    };

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="FathomException">Something is missing or of another kind.</exception>
    internal static TrainerState Parse(byte[] content, string file)
    {
        try
        {
            var json = JsonNode.Parse(content)!.AsObject();
            if ((int?)json["format"] != 1) throw new FathomException($"{file}: is of a format this version does not know; train anew in another folder");
            return new TrainerState
            {
                Step = (int)json["step"]!,
                Cursor = new DataCursor((int)json["epoch"]!, (int)json["position"]!),
                Parts = (uint)json["parts"]!,
                LogBytes = (long)json["log_bytes"]!,
                BestStep = (int)json["best_step"]!,
                BestValue = (double?)json["best_value"],
                Stalled = (int)json["stalled"]!,
                EvaluationDue = (bool)json["evaluation_due"]!,
                Ended = (bool)json["ended"]!,
                Identity = (JsonObject)json["identity"]!.DeepClone(),
            };
        }
        catch (Exception broken) when (broken is System.Text.Json.JsonException or InvalidOperationException or NullReferenceException or FormatException or OverflowException)
        {
            throw new FathomException($"{file}: is not the state of a training run ({broken.Message.ReplaceLineEndings(" ")}); delete its folder to go on from the checkpoint before", broken);
        }
    }
}
