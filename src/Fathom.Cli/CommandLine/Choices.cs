using System.CommandLine;

namespace Fathom.Cli.CommandLine;

/// <summary>Options that take one of a few words.</summary>
internal static class Choices
{
    /// <summary>Refuses any other word, naming those there are.</summary>
    public static Option<string> OneOf(this Option<string> option, params string[] words)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && Array.IndexOf(words, result.Tokens[^1].Value) < 0)
            {
                result.AddError($"{option.Name} {result.Tokens[^1].Value}: expected {string.Join(" or ", words)}");
            }
        });
        return option;
    }
}
