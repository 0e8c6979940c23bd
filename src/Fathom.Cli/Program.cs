using Fathom.Cli.CommandLine;
using Fathom.Cli.Output;

namespace Fathom.Cli;

internal static class Program
{
    private static int Main(string[] args)
    {
        using var terminal = Terminal.OpenProcess();
        return Invocation.Run(args, terminal, TimeProvider.System);
    }
}
