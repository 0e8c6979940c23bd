using System.CommandLine;

namespace Fathom.Cli;

internal static class Program
{
    private static Task<int> Main(string[] args) =>
        new RootCommand("Looks inside open-weight language models to say when an answer can be trusted.").Parse(args).InvokeAsync();
}
