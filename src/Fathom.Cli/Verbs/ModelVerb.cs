using System.CommandLine;
using Fathom.Cli.CommandLine;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom model</c>: models of the hub and in its cache, and what model files are.</summary>
internal static class ModelVerb
{
    public static Command Create(VerbHost host) => new("model", "Download models, list, check, convert and remove them; what a model file is, and whether it is safe and supported.")
    {
        ModelPullVerb.Create(host),
        ModelListVerb.Create(host),
        ModelInspectVerb.Create(host),
        ModelConvertVerb.Create(host),
        ModelVerifyVerb.Create(host),
        ModelRemoveVerb.Create(host),
    };
}
