using System.Text;
using System.Text.Json.Nodes;

namespace Fathom.EndToEnd.Tests.Support;

/// <summary>What most tests work with, made once: the tiny model, its twin with a chat template, and two data sets of different kind.</summary>
public sealed class Bench : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Bench()
    {
        Model = TinyModel.Write(_folder["tiny"]);
        ChatModel = TinyModel.Write(_folder["tiny-chat"], chat: true);
        OtherModel = TinyModel.Write(_folder["tiny-other"], seed: 2);
        Near = _folder.Write("near.jsonl", Questions(40, i => $"How many apples has Ann after {i} and {(i * 7) % 13}?"));
        Far = _folder.Write("far.jsonl", Questions(24, i => $"Solve x^{(i % 5) + 2} - {i}x = \\frac{{{i}}}{{{i + 1}}} for x."));
        Other = _folder.Write("other.jsonl", Questions(16, i => $"LOUD WORDS {i} !! {new string((char)('A' + i), 3)}"));
    }

    /// <summary>The tiny model.</summary>
    public string Model { get; }

    /// <summary>The same weights with a chat template.</summary>
    public string ChatModel { get; }

    /// <summary>The same shape with other weights.</summary>
    public string OtherModel { get; }

    /// <summary>40 questions of one kind.</summary>
    public string Near { get; }

    /// <summary>24 questions of another kind.</summary>
    public string Far { get; }

    /// <summary>16 texts of a third kind.</summary>
    public string Other { get; }

    /// <summary>Lines of <c>{"question","answer"}</c>.</summary>
    public static string Questions(int count, Func<int, string> text)
    {
        var lines = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            lines.Append(new JsonObject { ["id"] = i, ["question"] = text(i), ["answer"] = i.ToString() }.ToJsonString()).Append('\n');
        }

        return lines.ToString();
    }

    /// <summary>The objects of a file with one a line.</summary>
    public static IReadOnlyList<JsonObject> Lines(string path) =>
        [.. File.ReadAllLines(path).Select(line => JsonNode.Parse(line)!.AsObject())];

    public void Dispose() => _folder.Dispose();
}
