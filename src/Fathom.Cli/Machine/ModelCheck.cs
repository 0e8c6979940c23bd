using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Models.Generation;

namespace Fathom.Cli.Machine;

/// <summary>Tries whether a model loads and gives a token, as <c>doctor</c> does.</summary>
internal static class ModelCheck
{
    public static HealthCheck Of(string model, VerbContext context)
    {
        try
        {
            var start = context.Time.GetTimestamp();
            using var session = ModelSession.Open(model, context);
            var prompt = session.Tokenizer.Encode("The");
            var token = session.Model.Generate([prompt], new GenerationOptions { MaxNewTokens = 1 }, cancellation: context.Stop)[0];
            var seconds = context.Time.GetElapsedTime(start);
            return new HealthCheck("model", HealthState.Well, $"{session.Name}: {Units.Count(session.Model.ParameterCount)} parameters, first token ({token.Tokens[0]}) after {Units.Duration(seconds)}");
        }
        catch (FathomException exception)
        {
            return new HealthCheck("model", HealthState.Bad, exception.Message, "mend what the line says, or try 'fathom model inspect'");
        }
    }
}
