using System.Text.Json.Nodes;

namespace Fathom.Cli.Recipes;

/// <summary>What <c>metrics.jsonl</c> says: the losses by step and the measures taken.</summary>
internal sealed class TrainingHistory
{
    private TrainingHistory(List<(int Step, double Loss)> losses, OrderedDictionary<string, List<(int Step, double Value)>> measures) => (Losses, Measures) = (losses, measures);

    /// <summary>The history of a run that has not begun.</summary>
    public static TrainingHistory Empty { get; } = new([], []);

    /// <summary>Loss of every step.</summary>
    public IReadOnlyList<(int Step, double Loss)> Losses { get; }

    /// <summary>Every metric's values by step.</summary>
    public IReadOnlyDictionary<string, List<(int Step, double Value)>> Measures { get; }

    /// <summary>Reads the log.</summary>
    public static TrainingHistory Read(string path)
    {
        var losses = new List<(int Step, double Loss)>();
        var measures = new OrderedDictionary<string, List<(int Step, double Value)>>(StringComparer.Ordinal);
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { } line)
        {
            var json = JsonNode.Parse(line)!.AsObject();
            var step = (int)json["step"]!;
            if (json["loss"] is { } loss)
            {
                losses.Add((step, (double)loss));
                continue;
            }

            foreach (var (name, value) in json.Where(pair => pair.Key != "step"))
            {
                if (!measures.TryGetValue(name, out var values)) measures[name] = values = [];
                values.Add((step, (double?)value ?? double.NaN));
            }
        }

        return new TrainingHistory(losses, measures);
    }
}
