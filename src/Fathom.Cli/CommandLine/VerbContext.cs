using System.CommandLine;
using System.Text.Json.Nodes;
using Fathom.Cli.Output;

namespace Fathom.Cli.CommandLine;

/// <summary>One run of a verb: its parsed options and the ways to answer.</summary>
internal sealed class VerbContext
{
    private readonly VerbHost _host;
    private readonly ParseResult _parsed;

    public VerbContext(VerbHost host, ParseResult parsed)
    {
        _host = host;
        _parsed = parsed;
        Json = Flag(CommonOptions.Json);
        Quiet = Flag(CommonOptions.Quiet);
    }

    /// <summary>Whether standard output is to be one JSON object.</summary>
    public bool Json { get; }

    /// <summary>Whether to say nothing but errors on standard error.</summary>
    public bool Quiet { get; }

    public Terminal Terminal => _host.Terminal;

    public TimeProvider Time => _host.Time;

    public CancellationToken Stop => _host.Stop;

    /// <summary>The value of an option, or its default.</summary>
    public T? Get<T>(Option<T> option) => _parsed.GetValue(option);

    /// <summary>The value of an argument, or its default.</summary>
    public T? Get<T>(Argument<T> argument) => _parsed.GetValue(argument);

    /// <summary>The value of an option the verb requires.</summary>
    public T Required<T>(Option<T> option) => _parsed.GetRequiredValue(option);

    /// <summary>The value of an argument the verb requires.</summary>
    public T Required<T>(Argument<T> argument) => _parsed.GetRequiredValue(argument);

    /// <summary>Whether the option stands on the command line.</summary>
    public bool Has(Option option) => _parsed.GetResult(option) is { Implicit: false };

    /// <summary>A note on standard error; silent with <c>--quiet</c>.</summary>
    public void Note(string line)
    {
        if (!Quiet)
        {
            Terminal.Say(line);
        }
    }

    /// <summary>A progress display for work of <paramref name="total"/> units; silent with <c>--quiet</c>.</summary>
    public Progress StartProgress(string what, string unit, long total) => new(Terminal, Time, what, unit, total, Quiet);

    /// <summary>Prints the result: one JSON object with <c>--json</c>, else what <paramref name="asText"/> writes.</summary>
    public void Answer(JsonObject result, Action<TextWriter> asText)
    {
        if (Json)
        {
            Terminal.Out.WriteLine(JsonText.Compact(result));
        }
        else
        {
            asText(Terminal.Out);
        }

        Terminal.Out.Flush();
    }

    /// <summary>Throws when the person asked to stop.</summary>
    public void ThrowIfStopped() => Stop.ThrowIfCancellationRequested();

    private bool Flag(Option<bool> option) => _parsed.GetResult(option) is not null && _parsed.GetValue(option);
}
