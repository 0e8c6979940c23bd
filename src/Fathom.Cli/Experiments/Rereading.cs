using System.Collections;
using Fathom.Models.Tracing;

namespace Fathom.Cli.Experiments;

/// <summary>Traces that are read from their store each time they are asked for.</summary>
internal sealed class Rereading(Func<IEnumerable<Trace>> read) : IEnumerable<Trace>
{
    public IEnumerator<Trace> GetEnumerator() => read().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
