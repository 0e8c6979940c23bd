using System.Runtime.InteropServices;
using Fathom.Tokenizers.Pipeline;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers;

/// <summary>
/// Turns a text that comes in parts into the ids the whole text has, in memory that does not grow with it: what is certain is given out as
/// soon as a window is full. A text is only cut before a single space between two ASCII letters where the tokens themselves show a border,
/// and only for tokenizers in whose steps nothing looks across such a place; for others, and where no such place comes, it is held up to
/// <see cref="MostHeld"/>. For one thread and one text.
/// </summary>
public sealed class IncrementalEncoder
{
    /// <summary>UTF-16 code units that are held at most.</summary>
    public const int MostHeld = 64 << 20;

    private const int SmallestWindow = 1 << 18;

    // So much text behind a cut has been seen, which is more than any expression looks ahead.
    private const int LeastBehind = 1 << 12;
    private readonly TextPipeline _pipeline;
    private readonly TokenFrame _frame;
    private readonly Func<ReadOnlySpan<char>, int[]> _encodeWhole;
    private readonly bool _addSpecialTokens;
    private readonly bool _parseSpecialTokens;
    private readonly int _behind;
    private readonly CutRule _rule;
    private readonly List<int> _ids = [];
    private char[] _held = new char[SmallestWindow];
    private int _count;
    private bool _cut;

    internal IncrementalEncoder(TextPipeline pipeline, TokenFrame frame, bool addSpecialTokens, bool parseSpecialTokens, Func<ReadOnlySpan<char>, int[]> encodeWhole)
    {
        _pipeline = pipeline;
        _frame = frame;
        _addSpecialTokens = addSpecialTokens;
        _parseSpecialTokens = parseSpecialTokens;
        _encodeWhole = encodeWhole;
        _behind = Math.Max(LeastBehind, 2 * pipeline.Added.Tokens.Select(t => t.Content.Length).DefaultIfEmpty().Max());
        _rule = addSpecialTokens && !frame.IsSimple ? CutRule.Never : pipeline.Cuts;
    }

    /// <summary>Takes the next part of the text.</summary>
    /// <returns>The ids that are certain now, often none; valid until the next call.</returns>
    /// <exception cref="FathomException">So much of the text was held without a place to cut it that it cannot go on.</exception>
    public ReadOnlySpan<int> Append(ReadOnlySpan<char> text)
    {
        _ids.Clear();
        while (!text.IsEmpty)
        {
            if (_count == _held.Length && !TryCut())
                Widen();
            var taken = Math.Min(text.Length, _held.Length - _count);
            text[..taken].CopyTo(_held.AsSpan(_count));
            _count += taken;
            text = text[taken..];
        }

        return CollectionsMarshal.AsSpan(_ids);
    }

    /// <summary>Ends the text and starts anew.</summary>
    /// <returns>The rest of the ids; valid until the next call.</returns>
    public ReadOnlySpan<int> Finish()
    {
        _ids.Clear();
        if (!_cut)
        {
            _ids.AddRange(_encodeWhole(_held.AsSpan(0, _count)));
        }
        else
        {
            var workspace = Workspace.Current;
            _pipeline.Run(_held.AsSpan(0, _count), workspace, tracked: false, _parseSpecialTokens);
            _ids.AddRange(workspace.Sink.Ids);
            if (_addSpecialTokens)
                _ids.AddRange(_frame.Behind);
        }

        _count = 0;
        _cut = false;
        if (_held.Length > SmallestWindow)
            _held = new char[SmallestWindow];
        return CollectionsMarshal.AsSpan(_ids);
    }

    private void Widen()
    {
        if (_held.Length >= MostHeld)
        {
            throw new FathomException(_rule == CutRule.Never
                ? $"The text has more than {MostHeld >> 20} Mi characters in one piece, and this tokenizer's rules look at a text as a whole. Cut it into lines."
                : $"The text has more than {MostHeld >> 20} Mi characters without a place between two words to cut it at. Cut it into lines.");
        }

        Array.Resize(ref _held, Math.Min(MostHeld, _held.Length * 2));
    }

    private bool TryCut()
    {
        if (_rule == CutRule.Never || !AnyPlace())
            return false;
        var workspace = Workspace.Current;
        _pipeline.Run(_held.AsSpan(0, _count), workspace, tracked: true, _parseSpecialTokens);
        if (!TokenBorders.TryLast(workspace, _held.AsSpan(0, _count), _count - _behind, _pipeline.Model.CutsAtMarks, out var tokens, out var place))
            return false;
        if (!_cut && _addSpecialTokens)
            _ids.AddRange(_frame.Before);
        _cut = true;
        _ids.AddRange(workspace.Sink.Ids[..tokens]);
        place += _rule == CutRule.DropsSpace ? 1 : 0;
        _held.AsSpan(place, _count - place).CopyTo(_held);
        _count -= place;
        return true;
    }

    private bool AnyPlace()
    {
        for (var at = _count - _behind; at > 0; at--)
        {
            if (TokenBorders.IsPlace(_held.AsSpan(0, _count), at))
                return true;
        }

        return false;
    }
}
