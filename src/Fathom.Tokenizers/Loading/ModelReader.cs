using System.Text;
using System.Text.Json;

namespace Fathom.Tokenizers.Loading;

/// <summary>Reads the <c>model</c> of a tokenizer.json in one pass, since its lists are long.</summary>
internal static class ModelReader
{
    /// <summary>Reads the object that the reader stands at the start of.</summary>
    public static ModelDraft Read(ref Utf8JsonReader reader, string source)
    {
        Expect(reader, JsonTokenType.StartObject, source, "model", "an object");
        var draft = new ModelDraft(source);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            switch (key)
            {
                case "vocab" when reader.TokenType == JsonTokenType.StartArray:
                    ReadPieces(ref reader, draft, source);
                    break;
                case "vocab":
                    ReadVocabulary(ref reader, draft, source);
                    break;
                case "merges":
                    ReadMerges(ref reader, draft, source);
                    break;
                default:
                    draft.Settings[key] = JsonElement.ParseValue(ref reader);
                    break;
            }
        }

        return draft;
    }

    /// <summary>Reads an object of strings and ids.</summary>
    public static void ReadVocabulary(ref Utf8JsonReader reader, ModelDraft draft, string source)
    {
        Expect(reader, JsonTokenType.StartObject, source, "model.vocab", "an object or a list");
        var scratch = new byte[256];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var length = Copy(ref reader, ref scratch);
            reader.Read();
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var id))
                throw Wrong(source, "model.vocab", $"has no whole number for '{Encoding.UTF8.GetString(scratch, 0, length)}'");
            draft.Vocabulary.Add(scratch.AsSpan(0, length), id);
        }
    }

    private static void ReadPieces(ref Utf8JsonReader reader, ModelDraft draft, string source)
    {
        draft.Scores = [];
        var scratch = new byte[256];
        while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.String)
                throw Wrong(source, $"model.vocab[{draft.Scores.Count}]", "does not begin with a text");
            var length = Copy(ref reader, ref scratch);
            if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var score) || !reader.Read() || reader.TokenType != JsonTokenType.EndArray)
                throw Wrong(source, $"model.vocab[{draft.Scores.Count}]", "is not a text and a score");
            draft.Vocabulary.Add(scratch.AsSpan(0, length), draft.Scores.Count);
            draft.Scores.Add(score);
        }

        Expect(reader, JsonTokenType.EndArray, source, "model.vocab", "a list of pairs");
    }

    private static void ReadMerges(ref Utf8JsonReader reader, ModelDraft draft, string source)
    {
        Expect(reader, JsonTokenType.StartArray, source, "model.merges", "a list");
        draft.MergeEnds = [];
        var scratch = new byte[256];
        while (reader.Read() && reader.TokenType is JsonTokenType.String or JsonTokenType.StartArray)
        {
            var rank = draft.MergeEnds.Count / 2;
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                for (var half = 0; half < 2; half++)
                {
                    if (!reader.Read() || reader.TokenType != JsonTokenType.String)
                        throw Wrong(source, $"model.merges[{rank}]", "is not two texts");
                    var length = Copy(ref reader, ref scratch);
                    draft.AddMergeHalf(scratch.AsSpan(0, length));
                }

                if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray)
                    throw Wrong(source, $"model.merges[{rank}]", "is not two texts");
                continue;
            }

            // The older form: both halves in one text with a space between, and no space within either.
            var size = Copy(ref reader, ref scratch);
            var line = scratch.AsSpan(0, size);
            if (line.StartsWith("#version"u8) && rank == 0)
                continue;
            var space = line.IndexOf((byte)' ');
            if (space < 0 || line[(space + 1)..].Contains((byte)' '))
                throw Wrong(source, $"model.merges[{rank}]", $"is '{Encoding.UTF8.GetString(line)}', not two symbols with a space between");
            draft.AddMergeHalf(line[..space]);
            draft.AddMergeHalf(line[(space + 1)..]);
        }

        Expect(reader, JsonTokenType.EndArray, source, "model.merges", "a list of texts or pairs");
    }

    private static int Copy(ref Utf8JsonReader reader, ref byte[] scratch)
    {
        var most = reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length;
        if (most > scratch.Length)
            scratch = new byte[Math.Max(most, 2 * scratch.Length)];
        return reader.CopyString(scratch);
    }

    private static void Expect(Utf8JsonReader reader, JsonTokenType type, string source, string place, string what)
    {
        if (reader.TokenType != type)
            throw Wrong(source, place, $"is not {what}");
    }

    private static FathomException Wrong(string source, string place, string what) =>
        new($"{source}: {place} {what}. Mend the file or take it from the model's publisher again.");
}
