using System.CommandLine;
using Fathom.Cli.CommandLine;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom model</c>: what model files are.</summary>
internal static class ModelVerb
{
    public static Command Create(VerbHost host) => new("model", "What a model file is, and whether it is safe and supported.")
    {
        ModelInspectVerb.Create(host),
    };
}
