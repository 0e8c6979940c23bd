using System.Text.Json;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Training;

/// <summary>Trains a byte-level BPE tokenizer, so that a model from scratch needs nothing from outside.</summary>
public static class ByteLevelBpe
{
    /// <summary>
    /// Learns a vocabulary from texts and returns it as the UTF-8 text of a <c>tokenizer.json</c>: special tokens first, then the 256
    /// bytes, then the merges, most useful first. Words are cut by the GPT-2 expression, digits apart where asked. The same texts and
    /// options give the same bytes.
    /// </summary>
    /// <exception cref="FathomException">The vocabulary is too small, a special token stands twice, or there is no text.</exception>
    public static byte[] Train(IEnumerable<string> texts, ByteLevelBpeOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(options);
        var symbols = FirstSymbols(options);
        var trainer = new BpeTrainer();
        var any = false;
        foreach (var (word, count) in CountWords(texts, Tokenizer.FromJson(Write(symbols, [], options)), options.SpecialTokens.Count, cancellation))
        {
            trainer.Add(word, count);
            any = true;
        }

        if (!any)
        {
            throw new FathomException("tokenizer training: there is no text to learn from");
        }

        var merges = new List<(string, string)>();
        var known = new HashSet<string>(symbols);
        foreach (var (left, right) in trainer.Train(symbols.Count, options.VocabularySize - symbols.Count, options.MinimumFrequency, cancellation))
        {
            merges.Add((symbols[left], symbols[right]));
            symbols.Add(symbols[left] + symbols[right]);
            if (!known.Add(symbols[^1]))
            {
                throw new FathomException($"tokenizer training: the merge '{symbols[^1]}' is spelled like another token; choose other special tokens");
            }
        }

        return Write(symbols, merges, options);
    }

    private static List<string> FirstSymbols(ByteLevelBpeOptions options)
    {
        var symbols = new List<string>(options.SpecialTokens);
        symbols.AddRange(Enumerable.Range(0, 256).Select(b => ByteLetters.Letter((byte)b)).Order().Select(c => c.ToString()));
        if (symbols.Distinct().Count() != symbols.Count)
        {
            throw new FathomException("tokenizer training: special tokens must differ from each other and from single letters");
        }

        if (options.VocabularySize < symbols.Count)
        {
            throw new FathomException($"tokenizer training: a vocabulary of {options.VocabularySize} is too small; {symbols.Count} are needed for the special tokens and the bytes alone");
        }

        return symbols;
    }

    private static List<(int[] Word, long Count)> CountWords(IEnumerable<string> texts, Tokenizer letters, int firstLetter, CancellationToken cancellation)
    {
        var counts = new Dictionary<string, long>();
        foreach (var text in texts)
        {
            cancellation.ThrowIfCancellationRequested();
            var encoding = letters.EncodeFull(text, addSpecialTokens: false);
            for (var start = 0; start < encoding.Count;)
            {
                var end = start + 1;
                if (encoding.Ids[start] < firstLetter)
                {
                    start = end;
                    continue;
                }

                while (end < encoding.Count && encoding.WordIds[end] == encoding.WordIds[start] && encoding.Ids[end] >= firstLetter)
                {
                    end++;
                }

                // Ids below 65,536 as characters: a cheap key with value equality.
                var key = string.Create(end - start, (encoding.Ids, start), static (span, state) =>
                {
                    for (var i = 0; i < span.Length; i++)
                    {
                        span[i] = (char)state.Ids[state.start + i];
                    }
                });
                counts[key] = counts.GetValueOrDefault(key) + 1;
                start = end;
            }
        }

        return [.. counts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key.Select(c => (int)c).ToArray(), pair.Value))];
    }

    private static byte[] Write(List<string> symbols, List<(string Left, string Right)> merges, ByteLevelBpeOptions options)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("version", "1.0");
            json.WriteNull("truncation");
            json.WriteNull("padding");
            WriteSpecialTokens(json, options.SpecialTokens);
            json.WriteNull("normalizer");
            WritePreTokenizer(json, options.IndividualDigits);
            json.WriteNull("post_processor");
            json.WritePropertyName("decoder");
            WriteByteLevel(json);
            WriteModel(json, symbols, merges);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static void WriteSpecialTokens(Utf8JsonWriter json, IReadOnlyList<string> tokens)
    {
        json.WriteStartArray("added_tokens");
        for (var id = 0; id < tokens.Count; id++)
        {
            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteString("content", tokens[id]);
            json.WriteBoolean("single_word", false);
            json.WriteBoolean("lstrip", false);
            json.WriteBoolean("rstrip", false);
            json.WriteBoolean("normalized", false);
            json.WriteBoolean("special", true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePreTokenizer(Utf8JsonWriter json, bool individualDigits)
    {
        json.WritePropertyName("pre_tokenizer");
        if (!individualDigits)
        {
            WriteByteLevel(json);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        json.WriteStartObject();
        json.WriteString("type", "Digits");
        json.WriteBoolean("individual_digits", true);
        json.WriteEndObject();
        WriteByteLevel(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteByteLevel(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", true);
        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, List<string> symbols, List<(string Left, string Right)> merges)
    {
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteNull("unk_token");
        json.WriteNull("continuing_subword_prefix");
        json.WriteNull("end_of_word_suffix");
        json.WriteBoolean("fuse_unk", false);
        json.WriteBoolean("byte_fallback", false);
        json.WriteBoolean("ignore_merges", false);
        json.WriteStartObject("vocab");
        for (var id = 0; id < symbols.Count; id++)
        {
            json.WriteNumber(symbols[id], id);
        }

        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach (var (left, right) in merges)
        {
            json.WriteStartArray();
            json.WriteStringValue(left);
            json.WriteStringValue(right);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
