using System.Text;
using System.Text.Json;
using Fathom.Tokenizers.Loading;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Tests;

public class ComponentTests
{
    [SharedFact("golden/tokenizers/components")]
    public void Normalizers()
    {
        var rows = GoldenFiles.Rows("components/normalizers.jsonl");
        var texts = GoldenFiles.Strings.Values.Where(s => s.Text.Length < 1000 && s.Id is < 150 or > 159).ToDictionary(s => s.Id, s => s.Text);
        foreach (var extra in rows[0].GetProperty("extra_strings").EnumerateObject())
            texts.Add(int.Parse(extra.Name), extra.Value.GetString()!);
        var wrong = new List<string>();
        foreach (var row in rows.Skip(1))
        {
            var name = row.GetProperty("name").GetString()!;
            var changed = row.GetProperty("changed").EnumerateArray().ToDictionary(c => c[0].GetInt32(), c => c[1].GetString()!);
            var normalizer = NormalizerReader.Read(new JsonView(Configuration(row, name), name, "normalizer"));
            var text = new NormalText();
            foreach (var (id, source) in texts)
            {
                text.Reset(source, tracked: true);
                normalizer.Normalize(text);
                var expected = changed.GetValueOrDefault(id, source);
                if (text.Current.Chars.ToString() != expected)
                    wrong.Add($"{name} {id}: expected {JsonSerializer.Serialize(expected)}, got {JsonSerializer.Serialize(text.Current.Chars.ToString())}");
            }
        }

        Differences.None(wrong);
    }

    [SharedFact("golden/tokenizers/components")]
    public void PreTokenizers()
    {
        var wrong = new List<string>();
        foreach (var row in GoldenFiles.Rows("components/pre_tokenizers.jsonl"))
        {
            var name = row.GetProperty("name").GetString()!;
            var preTokenizer = PreTokenizerReader.Read(new JsonView(row.GetProperty("config"), name, "pre_tokenizer"));
            foreach (var item in row.GetProperty("cases").EnumerateArray())
            {
                var source = GoldenFiles.Strings[item[0].GetInt32()].Text;
                var text = new PieceText();
                text.Reset(tracked: true);
                text.Text.AppendSource(source, 0);
                text.NextPieces.AddWord(0, source.Length);
                text.CommitPieces();
                preTokenizer.Apply(text);
                var pieces = text.Pieces.Items.ToArray();
                var actual = pieces.Select(p => text.Text.Chars[p.Start..p.End].ToString()).ToArray();
                var offsets = pieces.SelectMany(p => new[] { CodePoint(source, text.Text.StartOf(p.Start)), CodePoint(source, text.Text.EndOf(p.End - 1)) }).ToArray();
                var expected = GoldenFiles.Texts(item[1]).Where(t => t!.Length > 0).ToArray();
                if (!expected.AsSpan().SequenceEqual(actual))
                    wrong.Add($"{name} {item[0]}: expected {JsonSerializer.Serialize(expected)}, got {JsonSerializer.Serialize(actual)}");
                else if (expected.Length > 0 && !GoldenFiles.Numbers(item[2]).AsSpan().SequenceEqual(offsets))
                    wrong.Add($"{name} {item[0]}: expected offsets {item[2]}, got {string.Join(',', offsets)}");
            }
        }

        Differences.None(wrong);
    }

    [SharedFact("golden/tokenizers/components")]
    public void Decoders()
    {
        var wrong = new List<string>();
        foreach (var row in GoldenFiles.Rows("components/decoders.jsonl"))
        {
            var name = row.GetProperty("name").GetString()!;
            var decoder = DecoderReader.Read(new JsonView(row.GetProperty("config"), name, "decoder"));
            foreach (var item in row.GetProperty("cases").EnumerateArray())
            {
                var tokens = GoldenFiles.Texts(item.GetProperty("tokens"));
                var actual = string.Concat(decoder.Decode([.. tokens.Select(t => t!)]));

                // Where the reference panics anything but an exception will do.
                if (item.TryGetProperty("text", out var text) && text.GetString() != actual)
                    wrong.Add($"{name} {item.GetProperty("tokens")}: expected {text}, got {JsonSerializer.Serialize(actual)}");
            }
        }

        Differences.None(wrong);
    }

    [SharedFact("golden/tokenizers/components")]
    public void PostProcessors()
    {
        var wrong = new List<string>();
        foreach (var row in GoldenFiles.Rows("components/post_processors.jsonl"))
        {
            var name = row.GetProperty("name").GetString()!;
            var tokenizer = Tokenizer.FromJson(Encoding.UTF8.GetBytes(row.GetProperty("tokenizer").GetRawText()), name);
            foreach (var item in row.GetProperty("cases").EnumerateArray())
            {
                var (a, b, special) = (item.GetProperty("a").GetString()!, item.GetProperty("b").GetString(), item.GetProperty("add_special_tokens").GetBoolean());
                EncodingGolden.Compare(wrong, $"{name} '{a}' '{b}' {special}", item, tokenizer.EncodeFull(a, b, special));
                if (b is null && !tokenizer.Encode(a, special).AsSpan().SequenceEqual(GoldenFiles.Numbers(item.GetProperty("ids"))))
                    wrong.Add($"{name} '{a}' {special}: the ids alone differ from {item.GetProperty("ids")}");
            }
        }

        Differences.None(wrong);
    }

    [SharedFact("golden/tokenizers/components")]
    public void TruncationAndPadding()
    {
        var wrong = new List<string>();
        var cases = 0;
        foreach (var row in GoldenFiles.Rows("components/truncation_padding.jsonl"))
        {
            cases++;
            var name = row.GetProperty("tokenizer").GetString()!;
            var truncation = OptionsGolden.Truncation(row.GetProperty("truncation"));
            var padding = row.TryGetProperty("padding", out var p) ? OptionsGolden.Padding(p) : null;
            var tokenizer = SyntheticTokenizers.Get(name).With(truncation, padding);
            var place = $"{name} {row.GetProperty("truncation")} {p}";
            if (row.TryGetProperty("error", out var error))
            {
                // Some settings are refused at once, others with the text.
                var failure = Record.Exception(() =>
                    row.TryGetProperty("batch", out var texts) ? tokenizer.EncodeBatch(Batch(texts))
                    : row.TryGetProperty("a", out var first) ? [tokenizer.EncodeFull(first.GetString()!, row.GetProperty("b").GetString())]
                    : new[] { tokenizer.EncodeFull("Hello world, this is a text of more than a few tokens.") });
                if (failure is not FathomException)
                    wrong.Add($"{place} {error}: got {failure?.Message ?? "no error"}");
            }
            else if (row.TryGetProperty("batch", out var batch))
            {
                var texts = Batch(batch);
                var encodings = tokenizer.EncodeBatch(texts);
                var rows = row.GetProperty("rows").EnumerateArray().ToArray();
                Assert.Equal(rows.Length, encodings.Length);
                for (var i = 0; i < rows.Length; i++)
                    EncodingGolden.Compare(wrong, $"{place} row {i}", rows[i], encodings[i], TextOf(texts[i].Item1, texts[i].Item2));
            }
            else
            {
                EncodingGolden.Compare(wrong, $"{place} {row.GetProperty("b")}", row, tokenizer.EncodeFull(row.GetProperty("a").GetString()!, row.GetProperty("b").GetString()), TextOf(row.GetProperty("a").GetString()!, row.GetProperty("b").GetString()));
            }
        }

        Differences.None(wrong);
        Assert.True(cases > 500);
    }

    private static (string Text, string? Pair)[] Batch(JsonElement batch) =>
        [.. batch.EnumerateArray().Select(t => t.ValueKind == JsonValueKind.String ? (t.GetString()!, null) : (t[0].GetString()!, t[1].GetString()))];

    private static Func<int, string> TextOf(string first, string? second) => sequence => sequence switch { 0 => first, 1 => second!, _ => "" };

    private static int CodePoint(string text, int unit) => text[..unit].EnumerateRunes().Count();

    private static JsonElement Configuration(JsonElement row, string name)
    {
        var config = row.GetProperty("config");
        if (!config.TryGetProperty("note", out _))
            return config;
        var model = name switch
        {
            "precompiled-nfkc_cf" => "unigram-nfkc_cf-digits",
            "precompiled-nmt_nfkc_cf" => "bpe-no-prefix-nmt_nfkc_cf",
            _ => "unigram-nmt_nfkc",
        };
        var map = SentencePieceProto.CharacterMap(GoldenFiles.Read($"sentencepiece/{model}.model"));
        return JsonSerializer.SerializeToElement(new { type = "Precompiled", precompiled_charsmap = Convert.ToBase64String(map) });
    }
}
