using System.CommandLine;
using Fathom.Cli.Output;

namespace Fathom.Cli.CommandLine;

/// <summary>What every verb is given: where to speak, the clock, and the signal to stop.</summary>
internal sealed record VerbHost(Terminal Terminal, TimeProvider Time, CancellationToken Stop)
{
    /// <summary>Binds a verb's work to its command.</summary>
    public void Bind(Command command, Func<VerbContext, int> work) =>
        command.SetAction(parsed => work(new VerbContext(this, parsed)));
}
