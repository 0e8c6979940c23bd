using Fathom.Tokenizers.Models;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Pipeline;

/// <summary>The storage one thread needs to tokenize; kept between calls, so that none is allocated in the steady state.</summary>
internal sealed class Workspace
{
    [ThreadStatic]
    private static Workspace? t_current;

    /// <summary>This thread's workspace. It must be left before user code runs.</summary>
    public static Workspace Current => t_current ??= new Workspace();

    /// <summary>Text and pieces.</summary>
    public PieceText Pieces { get; } = new();

    /// <summary>The stretch being normalised.</summary>
    public NormalText Normal { get; } = new();

    /// <summary>The tokens.</summary>
    public TokenSink Sink { get; } = new();
}
