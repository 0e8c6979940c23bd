using System.CommandLine;
using Fathom.Cli.CommandLine;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom ood</c>: detectors of questions outside what a model knows.</summary>
internal static class OodVerb
{
    public static Command Create(VerbHost host) => new("ood", "Which questions lie outside what the model knows: fit, score, evaluate, diagnose, inspect.")
    {
        OodFitVerb.Create(host),
        OodScoreVerb.Create(host),
        OodEvaluateVerb.Create(host),
        OodDiagnoseVerb.Create(host),
        OodInspectVerb.Create(host),
    };
}
