using System.CommandLine;
using Fathom.Cli.CommandLine;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom verify</c>: the proofs of "same bits" and of exactness.</summary>
internal static class VerifyVerb
{
    public static Command Create(VerbHost host) => new("verify", "Prove that a model's numbers are exact, and the same on every machine.")
    {
        VerifyDeterminismVerb.Create(host),
        VerifyReferenceVerb.Create(host),
    };
}
