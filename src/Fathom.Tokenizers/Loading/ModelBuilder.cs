using System.Text;
using Fathom.Tokenizers.Models;

namespace Fathom.Tokenizers.Loading;

/// <summary>Makes the model that a draft describes.</summary>
internal static class ModelBuilder
{
    /// <summary>Makes the model.</summary>
    public static TokenModel Build(ModelDraft draft)
    {
        var view = draft.View;
        return (view.OptionalText("type") ?? Guess(draft, view)) switch
        {
            "BPE" => BuildBpe(draft, view),
            "WordPiece" => new WordPieceModel(draft.Vocabulary.Build(), view.OptionalText("unk_token") ?? "[UNK]", view.OptionalText("continuing_subword_prefix") ?? "##", view.Count("max_input_chars_per_word", 100)),
            "WordLevel" => new WordLevelModel(draft.Vocabulary.Build(), view.OptionalText("unk_token") ?? "<unk>"),
            "Unigram" => BuildUnigram(draft, view),
            var other => throw view.Wrong($"is of type '{other}'; known are BPE, WordPiece, WordLevel and Unigram"),
        };
    }

    // Old files do not say what they are.
    private static string Guess(ModelDraft draft, JsonView view) =>
        draft.MergeEnds is not null ? "BPE"
        : draft.Scores is not null ? "Unigram"
        : view.TryGet("continuing_subword_prefix", out _) || view.TryGet("max_input_chars_per_word", out _) ? "WordPiece"
        : view.TryGet("unk_token", out _) ? "WordLevel"
        : throw view.Wrong("has no 'type', nor anything that tells it");

    private static BpeModel BuildBpe(ModelDraft draft, JsonView view)
    {
        if (draft.MergeEnds is null)
            throw view.Wrong("is a BPE without 'merges'");
        var prefix = view.OptionalText("continuing_subword_prefix") ?? "";
        var dropout = view.TryGet("dropout", out var value) ? value.GetDouble() : 0;
        if (dropout is > 0 and < 1)
            throw view.Wrong($"has a dropout of {dropout}, so that encoding would be random; set it to null");
        var vocabulary = draft.Vocabulary.Build();
        return new BpeModel(vocabulary, BuildMerges(draft, vocabulary, Encoding.UTF8.GetByteCount(prefix), view), new BpeOptions
        {
            UnknownToken = view.OptionalText("unk_token"),
            ContinuingSubwordPrefix = prefix,
            EndOfWordSuffix = view.OptionalText("end_of_word_suffix"),
            FuseUnknown = view.Flag("fuse_unk", false),
            ByteFallback = view.Flag("byte_fallback", false),
            IgnoreMerges = view.Flag("ignore_merges", false),
            NeverMerge = dropout >= 1,
        });
    }

    private static MergeTable BuildMerges(ModelDraft draft, Vocabulary vocabulary, int prefixLength, JsonView view)
    {
        var ends = draft.MergeEnds!;
        var text = draft.MergeText;
        var table = new MergeTable(ends.Count / 2);
        var start = 0;
        var joined = new byte[256];
        for (var rank = 0; rank < ends.Count / 2; rank++)
        {
            var left = text[start..ends[2 * rank]];
            var right = text[ends[2 * rank]..ends[2 * rank + 1]];
            start = ends[2 * rank + 1];
            if (right.Length < prefixLength)
                throw view.Wrong($"has the merge {rank} whose second half '{Encoding.UTF8.GetString(right)}' is shorter than the prefix");
            var length = left.Length + right.Length - prefixLength;
            if (length > joined.Length)
                joined = new byte[2 * length];
            left.CopyTo(joined);
            right[prefixLength..].CopyTo(joined.AsSpan(left.Length));
            table.Add(Id(left), Id(right), rank, Id(joined.AsSpan(0, length)));

            int Id(ReadOnlySpan<byte> symbol)
            {
                var id = vocabulary.Find(symbol);
                return id >= 0 ? id : throw view.Wrong($"has the merge {rank} with '{Encoding.UTF8.GetString(symbol)}', which is not in its vocabulary");
            }
        }

        return table;
    }

    private static UnigramModel BuildUnigram(ModelDraft draft, JsonView view)
    {
        if (draft.Scores is null)
            throw view.Wrong("is a Unigram whose vocabulary is not a list of pieces and scores");
        var unknown = view.TryGet("unk_id", out _) ? view.Count("unk_id") : -1;
        if (unknown >= draft.Scores.Count)
            throw view.Wrong($"has the unk_id {unknown} and only {draft.Scores.Count} pieces");
        return new UnigramModel(draft.Vocabulary.Build(), [.. draft.Scores], unknown, view.Flag("byte_fallback", false));
    }
}
