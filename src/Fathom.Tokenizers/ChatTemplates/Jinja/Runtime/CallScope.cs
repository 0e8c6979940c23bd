namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Leaves a call when disposed, and puts the caller's line back where the call ended well.</summary>
internal readonly ref struct CallScope(RenderState state, int line, int start)
{
    public void Dispose() => state.LeaveCall(line, start);
}
