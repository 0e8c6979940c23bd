using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Fathom.Cli.Output;

namespace Fathom.Cli.CommandLine;

/// <summary>Parses a command line, runs its verb and turns whatever happens into one line and an exit code.</summary>
internal static class Invocation
{
    private const int DiskFull = 28;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Runs a command line; answers the exit code and never throws.</summary>
    public static int Run(string[] args, Terminal terminal, TimeProvider time)
    {
        using var signals = new StopSignals(terminal);
        try
        {
            var host = new VerbHost(terminal, time, signals.Token);
            var parsed = FathomCommand.Create(host).Parse(args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
            if (UsageErrorOf(parsed) is { } mistake)
            {
                return Usage(terminal, parsed, mistake);
            }

            var code = parsed.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = terminal.Out,
                Error = terminal.Error,
            });
            terminal.Out.Flush();
            return code;
        }
        catch (PipeClosedException)
        {
            return ExitCodes.Done;
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            terminal.Say("stopped; the same command goes on from here where it keeps what it has done (a download, --out)");
            return ExitCodes.Stopped;
        }
        catch (UsageException exception)
        {
            terminal.Say($"error: {OneLine(exception.Message)}");
            return ExitCodes.Usage;
        }
        catch (Exception exception)
        {
            terminal.Say($"error: {Explain(exception)}");
            if (string.Equals(Environment.GetEnvironmentVariable("FATHOM_TRACE"), "1", StringComparison.Ordinal))
            {
                terminal.Say(exception.ToString());
            }

            return ExitCodes.Failed;
        }
    }

    private static string? UsageErrorOf(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.Action is ParseErrorAction && command.Subcommands.Count > 0 && !parsed.UnmatchedTokens.Any(word => word.StartsWith('-')))
        {
            var known = string.Join(", ", command.Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name).Order(StringComparer.Ordinal));
            return parsed.UnmatchedTokens is [var word, ..] ? $"unknown command '{word}'; there are {known}" : $"no command given; there are {known}";
        }

        if (parsed.Action is ParseErrorAction)
        {
            return parsed.Errors.Count > 0 ? parsed.Errors[0].Message : "wrong usage";
        }

        // A verb that takes free text would swallow a mistyped option as that text.
        foreach (var token in parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens))
        {
            if (token.Value.Length > 1 && token.Value[0] == '-' && !char.IsWhiteSpace(token.Value[1]) && !AfterDoubleDash(parsed, token))
            {
                return $"unknown option '{token.Value}' (text that starts with a dash goes after ' -- ')";
            }
        }

        return null;
    }

    private static bool AfterDoubleDash(ParseResult parsed, Token sought)
    {
        foreach (var token in parsed.Tokens)
        {
            if (ReferenceEquals(token, sought))
            {
                return false;
            }

            if (token.Type == TokenType.DoubleDash)
            {
                return true;
            }
        }

        return true;
    }

    private static int Usage(Terminal terminal, ParseResult parsed, string mistake)
    {
        var names = new List<string>();
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult command; result = command.Parent)
        {
            names.Insert(0, command.Command is RootCommand ? "fathom" : command.Command.Name);
        }

        terminal.Say($"error: {OneLine(mistake)}");
        terminal.Say($"see: {string.Join(' ', names)} --help");
        return ExitCodes.Usage;
    }

    private static string Explain(Exception exception) => exception switch
    {
        FathomException => OneLine(exception.Message),
        IOException { HResult: DiskFull or WindowsDiskFull } => $"the disk is full ({OneLine(exception.Message)}); free some space and run the same command again",
        FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or IOException => OneLine(exception.Message),
        OutOfMemoryException => "out of memory; lower --batch-size or --threads, or use a smaller model",
        _ => $"{exception.GetType().Name}: {OneLine(exception.Message)} (a defect: please report it with the output of FATHOM_TRACE=1 at https://github.com/fathom-toolkit/fathom/issues)",
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
