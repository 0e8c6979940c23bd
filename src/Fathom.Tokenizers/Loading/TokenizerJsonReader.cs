using System.Text.Json;
using Fathom.Tokenizers.Added;
using Fathom.Tokenizers.Decoders;
using Fathom.Tokenizers.Normalizers;
using Fathom.Tokenizers.Pipeline;
using Fathom.Tokenizers.PostProcessors;
using Fathom.Tokenizers.PreTokenizers;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Loading;

/// <summary>Reads a tokenizer.json whole.</summary>
internal static class TokenizerJsonReader
{
    /// <summary>Reads the file's content.</summary>
    /// <exception cref="FathomException">It is damaged, or has something that is not known.</exception>
    public static TokenizerParts Read(ReadOnlySpan<byte> utf8, string source, TokenizerConfiguration configuration)
    {
        try
        {
            return ReadUnguarded(utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8, source, configuration);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException or OverflowException or ArgumentException)
        {
            throw new FathomException($"{source}: not a valid tokenizer.json: {wrong.Message.ReplaceLineEndings(" ")}", wrong);
        }
    }

    private static TokenizerParts ReadUnguarded(ReadOnlySpan<byte> utf8, string source, TokenizerConfiguration configuration)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 64 });
        ModelDraft? draft = null;
        var sections = new Dictionary<string, JsonElement>();
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new FathomException($"{source}: is not a JSON object. Give a tokenizer.json.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (key == "model")
                draft = ModelReader.Read(ref reader, source);
            else
                sections[key] = JsonElement.ParseValue(ref reader);
        }

        while (reader.Read())
        {
            // What follows the object must be nothing but white space; the reader checks it.
        }

        if (draft is null)
            throw new FathomException($"{source}: has no 'model'. Give a tokenizer.json.");
        var root = new JsonView(JsonSerializer.SerializeToElement(sections), source, "the file");
        var model = ModelBuilder.Build(draft);
        var normalizer = Section<INormalizer>(root, "normalizer", NormalizerReader.Read);
        var added = new AddedVocabulary(ReadAdded(root, model.Vocabulary.Count), text => Normalized(normalizer, text));
        return new TokenizerParts
        {
            Pipeline = new TextPipeline(added, normalizer, Section<IPreTokenizer>(root, "pre_tokenizer", PreTokenizerReader.Read), model),
            PostProcessor = Section<IPostProcessor>(root, "post_processor", PostProcessorReader.Read),
            Decoder = Section<IDecoder>(root, "decoder", DecoderReader.Read),
            Truncation = Section<TruncationOptions>(root, "truncation", ReadTruncation),
            Padding = Section<PaddingOptions>(root, "padding", ReadPadding),
            SpecialTokens = configuration.Resolve(name => added.ByText(name)?.Id ?? model.Vocabulary.Find(name)),
            ChatTemplate = configuration.ChatTemplate,
        };
    }

    private static T? Section<T>(JsonView root, string key, Func<JsonView, T> read)
        where T : class => root.TryGet(key, out var element) ? read(new JsonView(element, root.Source, key)) : null;

    private static string Normalized(INormalizer? normalizer, string text)
    {
        if (normalizer is null)
            return text;
        var normal = new NormalText();
        normal.Reset(text, tracked: false);
        normalizer.Normalize(normal);
        return normal.Current.Chars.ToString();
    }

    private static List<AddedToken> ReadAdded(JsonView root, int others)
    {
        List<AddedToken> added = [.. root.Views("added_tokens").Select(t => new AddedToken(
            t.Count("id"),
            t.Text("content"),
            t.Flag("special", false),
            t.Flag("single_word", false),
            t.Flag("lstrip", false),
            t.Flag("rstrip", false),
            t.Flag("normalized", true)))];

        // Tables have a place an id: one token with an id in the thousands of millions must not ask for them.
        var most = 4L * (others + added.Count) + (1 << 16);
        return added.Find(token => token.Id >= most) is { } far
            ? throw new FathomException($"{root.Source}: the added token '{far.Content}' has the id {far.Id} although there are only {others + added.Count} tokens; expected ids without such gaps. Mend the file.")
            : added;
    }

    private static TruncationOptions ReadTruncation(JsonView view) => new()
    {
        MaxLength = view.Count("max_length"),
        Stride = view.Count("stride", 0),
        Side = Side(view),
        Strategy = view.OptionalText("strategy") switch
        {
            "LongestFirst" or null => TruncationStrategy.LongestFirst,
            "OnlyFirst" => TruncationStrategy.OnlyFirst,
            "OnlySecond" => TruncationStrategy.OnlySecond,
            var other => throw view.Wrong($"has the strategy '{other}', which is not known here"),
        },
    };

    private static PaddingOptions ReadPadding(JsonView view)
    {
        int? length = null;
        if (view.TryGet("strategy", out var strategy) && !(strategy.ValueKind == JsonValueKind.String && strategy.GetString() == "BatchLongest"))
            length = view.View("strategy").Count("Fixed");
        return new PaddingOptions
        {
            Length = length,
            MultipleOf = view.TryGet("pad_to_multiple_of", out _) ? view.Count("pad_to_multiple_of") : null,
            PadId = view.Count("pad_id", 0),
            PadTypeId = view.Count("pad_type_id", 0),
            PadToken = view.OptionalText("pad_token") ?? "[PAD]",
            Side = Side(view),
        };
    }

    private static TextSide Side(JsonView view) => view.OptionalText("direction") switch
    {
        "Right" or null => TextSide.Right,
        "Left" => TextSide.Left,
        var other => throw view.Wrong($"has the direction '{other}'; known are Left and Right"),
    };
}
