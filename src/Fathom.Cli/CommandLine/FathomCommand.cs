using System.CommandLine;
using Fathom.Cli.Verbs;

namespace Fathom.Cli.CommandLine;

/// <summary>The whole command line: one file a verb under <c>Verbs/</c>, listed here.</summary>
internal static class FathomCommand
{
    public static RootCommand Create(VerbHost host) =>
        new("Looks inside open-weight language models to say when an answer can be trusted.")
        {
            QuickstartVerb.Create(host),
            TokenizeVerb.Create(host),
            GenerateVerb.Create(host),
            TraceVerb.Create(host),
            EmbedVerb.Create(host),
            OodVerb.Create(host),
            TrainVerb.Create(host),
            RunVerb.Create(host),
            ModelVerb.Create(host),
            VerifyVerb.Create(host),
            DoctorVerb.Create(host),
        };
}
