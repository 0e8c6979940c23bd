using System.Text.Json;
using Fathom.Tokenizers.PostProcessors;

namespace Fathom.Tokenizers.Loading;

/// <summary>Reads the <c>post_processor</c> of a tokenizer.json.</summary>
internal static class PostProcessorReader
{
    /// <summary>Reads one post-processor.</summary>
    public static IPostProcessor Read(JsonView view) => view.Type switch
    {
        "Sequence" => ReadSequence(view),
        "ByteLevel" => new ByteLevelProcessor(view.Flag("trim_offsets", true), view.Flag("add_prefix_space", true)),
        "BertProcessing" => new ClassifierProcessor(Token(view, "cls"), Token(view, "sep"), roberta: false, trimOffsets: false, addPrefixSpace: false),
        "RobertaProcessing" => new ClassifierProcessor(Token(view, "cls"), Token(view, "sep"), roberta: true, view.Flag("trim_offsets", true), view.Flag("add_prefix_space", true)),
        "TemplateProcessing" => ReadTemplate(view),
        var other => throw view.Wrong($"is of type '{other}', which is not known here"),
    };

    private static ProcessorSequence ReadSequence(JsonView view)
    {
        IPostProcessor[] steps = [.. view.Views("processors").Select(Read)];
        return steps.Count(s => s.AddedTokens(pair: true) > 0) <= 1
            ? new ProcessorSequence(steps)
            : throw view.Wrong("has more than one processor that puts tokens in, which the reference cannot run either");
    }

    private static SpecialToken Token(JsonView view, string key)
    {
        var items = view.Items(key);
        return items.Count == 2 && items[0].ValueKind == JsonValueKind.String && items[1].ValueKind == JsonValueKind.Number && items[1].TryGetInt32(out var id) && id >= 0
            ? new SpecialToken(items[0].GetString()!, id)
            : throw view.Wrong($"has a '{key}' that is not a token and its id");
    }

    private static TemplateProcessor ReadTemplate(JsonView view)
    {
        var special = new Dictionary<string, (int[] Ids, string[] Tokens)>();
        if (view.TryGet("special_tokens", out var table))
        {
            if (table.ValueKind != JsonValueKind.Object)
                throw view.Wrong("has 'special_tokens' that are not an object");
            foreach (var entry in table.EnumerateObject())
                special[entry.Name] = Tokens(new JsonView(entry.Value, view.Source, $"{view.Place}.special_tokens['{entry.Name}']"));
        }

        TemplatePiece[] Pieces(string key) => [.. view.Views(key).Select(p => Piece(p, special, pair: key == "pair"))];
        var pair = Pieces("pair");
        if (pair.Length > 0 && (pair.Count(p => p.Sequence == 0) != 1 || pair.Count(p => p.Sequence == 1) != 1))
            throw view.Wrong("has a template for pairs that does not name both texts once");
        return new TemplateProcessor(Pieces("single"), pair.Length > 0 ? pair : [TemplatePiece.Text(0, 0), TemplatePiece.Text(1, 1)]);
    }

    private static (int[] Ids, string[] Tokens) Tokens(JsonView view)
    {
        var ids = view.Items("ids").Select(e => e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out var id) && id >= 0 ? id : throw view.Wrong("has an id that is not a whole number")).ToArray();
        var tokens = view.Items("tokens").Select(e => e.ValueKind == JsonValueKind.String ? e.GetString()! : throw view.Wrong("has a token that is not text")).ToArray();
        return ids.Length == tokens.Length ? (ids, tokens) : throw view.Wrong($"has {ids.Length} ids and {tokens.Length} tokens; expected as many");
    }

    private static TemplatePiece Piece(JsonView view, Dictionary<string, (int[] Ids, string[] Tokens)> special, bool pair)
    {
        if (view.TryGet("Sequence", out _))
        {
            var sequence = view.View("Sequence");
            return sequence.Text("id") switch
            {
                "A" => TemplatePiece.Text(0, sequence.Count("type_id", 0)),
                "B" when pair => TemplatePiece.Text(1, sequence.Count("type_id", 0)),
                var other => throw sequence.Wrong($"names the text '{other}', which there is not"),
            };
        }

        var token = view.View("SpecialToken");
        return special.TryGetValue(token.Text("id"), out var found)
            ? TemplatePiece.Special(token.Count("type_id", 0), found.Ids, found.Tokens)
            : throw token.Wrong($"names the special token '{token.Text("id")}', which is not in its list");
    }
}
