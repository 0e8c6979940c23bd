using System.Text.Json.Nodes;

namespace Fathom.Cli.Quickstart;

/// <summary>What the model said to a question.</summary>
/// <param name="Set">The question's set.</param>
/// <param name="Question">The question.</param>
/// <param name="Output">The model's words.</param>
/// <param name="Right">Whether they are right; null where there is no right answer.</param>
internal sealed record AnsweredQuestion(string Set, string Question, string Output, bool? Right)
{
    /// <summary>As results have it.</summary>
    public JsonObject ToJson() => new() { ["set"] = Set, ["question"] = Question, ["output"] = Output, ["right"] = Right };
}
