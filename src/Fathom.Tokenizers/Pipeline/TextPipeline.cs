using Fathom.Tokenizers.Added;
using Fathom.Tokenizers.Models;
using Fathom.Tokenizers.Normalizers;
using Fathom.Tokenizers.PreTokenizers;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Pipeline;

/// <summary>From text to tokens: added tokens, normalizer, pre-tokenizer, model.</summary>
internal sealed class TextPipeline
{
    private readonly INormalizer? _normalizer;
    private readonly IPreTokenizer? _preTokenizer;
    private readonly bool _needsSource;

    // A byte-level step at the end need not write its letters when the model takes bytes and nobody asks for positions.
    private readonly IPreTokenizer[] _cutters = [];
    private readonly ByteLevelPreTokenizer? _byteLevel;
    private readonly BpeModel? _byteModel;

    /// <summary>Creates the pipeline.</summary>
    public TextPipeline(AddedVocabulary added, INormalizer? normalizer, IPreTokenizer? preTokenizer, TokenModel model)
    {
        Added = added;
        Model = model;
        _normalizer = normalizer;
        _preTokenizer = preTokenizer;
        var steps = preTokenizer is PreTokenizerSequence sequence ? sequence.Steps : preTokenizer is null ? [] : [preTokenizer];

        // What the first step sees is the source itself where nothing normalises.
        _needsSource = steps.Skip(normalizer is null ? 1 : 0).Any(s => s.NeedsSource);
        if (model is BpeModel { TakesBytes: true } bytes && steps is [.. var before, ByteLevelPreTokenizer last] && Array.TrueForAll(before, s => s.OnlyCuts))
        {
            _cutters = before;
            _byteLevel = last;
            _byteModel = bytes;
        }
    }

    /// <summary>The added tokens.</summary>
    public AddedVocabulary Added { get; }

    /// <summary>The model.</summary>
    public TokenModel Model { get; }

    /// <summary>How a text may be cut into parts that are tokenized by themselves, where the tokens of the whole show a border.</summary>
    public CutRule Cuts => _preTokenizer is { WorksInParts: false } ? CutRule.Never : _normalizer?.Cuts ?? CutRule.KeepsSpace;

    /// <summary>Tokenizes; the tokens are left in the workspace's sink and, when tracked, the text they lie in in its pieces.</summary>
    public void Run(ReadOnlySpan<char> text, Workspace workspace, bool tracked, bool parseSpecial)
    {
        var pieces = workspace.Pieces;
        var sink = workspace.Sink;
        pieces.Reset(tracked || _needsSource);
        pieces.Text.AppendSource(text, 0);
        Added.CutRaw(pieces.Text.Chars, 0, text.Length, parseSpecial, pieces.NextPieces);
        pieces.CommitPieces();
        if (_normalizer is not null)
            Normalize(workspace);
        if (Added.SearchesNormalized)
            CutNormalized(pieces, parseSpecial);

        sink.Reset(tracked);
        if (_byteModel is not null && !tracked)
            RunBytes(pieces, sink);
        else
            RunModel(pieces, sink);
    }

    private void Normalize(Workspace workspace)
    {
        var pieces = workspace.Pieces;
        var normal = workspace.Normal;
        foreach (var piece in pieces.Pieces.Items)
        {
            var start = pieces.NextText.Length;
            if (piece.IsToken)
            {
                pieces.NextText.AppendRange(pieces.Text, piece.Start, piece.Length);
                pieces.NextPieces.Add(new Piece(start, pieces.NextText.Length, piece.TokenId));
                continue;
            }

            normal.Reset(pieces.Text, piece.Start, piece.Length);
            _normalizer!.Normalize(normal);
            pieces.NextText.AppendRange(normal.Current, 0, normal.Current.Length);
            pieces.NextPieces.AddWord(start, pieces.NextText.Length);
        }

        pieces.CommitText();
    }

    private void CutNormalized(PieceText pieces, bool parseSpecial)
    {
        foreach (var piece in pieces.Pieces.Items)
        {
            if (piece.IsToken)
                pieces.NextPieces.Add(piece);
            else
                Added.CutNormalized(pieces.Text.Chars, piece.Start, piece.End, parseSpecial, pieces.NextPieces);
        }

        pieces.CommitPieces();
    }

    private void RunBytes(PieceText pieces, TokenSink sink)
    {
        foreach (var cutter in _cutters)
            cutter.Apply(pieces);
        _byteLevel!.Cut(pieces);
        var chars = pieces.Text.Chars;
        foreach (var piece in pieces.Pieces.Items)
        {
            if (piece.IsToken)
                sink.Add(piece.TokenId, 0, 0);
            else
                _byteModel!.TokenizeBytes(chars[piece.Start..piece.End], sink);
        }
    }

    private void RunModel(PieceText pieces, TokenSink sink)
    {
        _preTokenizer?.Apply(pieces);
        var chars = pieces.Text.Chars;
        var word = 0;
        foreach (var piece in pieces.Pieces.Items)
        {
            sink.Base = piece.Start;
            sink.Word = word++;
            if (piece.IsToken)
                sink.Add(piece.TokenId, 0, piece.Length, sink.Tracked ? chars[piece.Start..piece.End].ToString() : null);
            else
                Model.Tokenize(chars[piece.Start..piece.End], sink);
        }
    }
}
