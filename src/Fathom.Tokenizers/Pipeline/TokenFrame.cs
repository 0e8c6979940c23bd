using Fathom.Tokenizers.PostProcessors;

namespace Fathom.Tokenizers.Pipeline;

/// <summary>The ids that a post-processor puts around a single text, worked out once.</summary>
internal sealed class TokenFrame
{
    private readonly int[] _before = [];
    private readonly int[] _behind = [];

    /// <summary>Asks the post-processor.</summary>
    public TokenFrame(IPostProcessor? processor)
    {
        IsSimple = true;
        if (processor is null)
            return;
        IsSimple = processor.TryFrame(out var before, out var behind);
        _before = before.ToArray();
        _behind = behind.ToArray();
    }

    /// <summary>Whether ids around the text are all that is put in.</summary>
    public bool IsSimple { get; }

    /// <summary>Ids before the text.</summary>
    public ReadOnlySpan<int> Before => _before;

    /// <summary>Ids behind the text.</summary>
    public ReadOnlySpan<int> Behind => _behind;
}
