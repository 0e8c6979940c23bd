using Fathom.Models.Architectures;
using Fathom.Models.Positions;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Conversion;

/// <summary>Whether llama.cpp would compute the same from a model's GGUF file.</summary>
internal static class GgufCheck
{
    /// <summary>Refuses by name what llama.cpp would compute otherwise.</summary>
    /// <exception cref="FathomException">The model has something that its GGUF form has no words for.</exception>
    public static void Refuse(GgufFamily family, DecoderConfig config, string location)
    {
        if (config.IsClassifier) throw new FathomException($"{location}: is a classifier, which GGUF files of this kind do not hold; convert the language model it was made from");
        if ((Reason(family.Rules, config) ?? family.Refusal(config)) is { } reason)
            throw new FathomException($"{location}: {reason}: llama.cpp's '{family.Rules.Architecture}' has nothing that gives the same numbers, so it is not written to GGUF");
    }

    /// <summary>What a user should know about differences that remain.</summary>
    public static IEnumerable<string> Notes(GgufFamily family, DecoderConfig config)
    {
        var window = config.Windows.Max();
        if (window > 0 && !family.Rules.Windows) yield return $"llama.cpp lets every token of this family see all before it: beyond the window of {window} tokens its numbers are others";
        if (config.Activation == Activation.Gelu) yield return "llama.cpp takes the GELU by tanh for this model's exact one: its logits differ in the third or fourth digit";
        if (config.Rope.Kind == RopeKind.LongRope) yield return $"llama.cpp takes the long factors for any context of more than {config.Rope.OriginalMaxPositions} tokens, however short the text: for short texts ask it for a context of at most that";
        foreach (var note in family.Notes(config)) yield return note;
    }

    private static string? Reason(GgufRules rules, DecoderConfig config)
    {
        if (config.Positions == PositionKind.Alibi) return "positions by ALiBi";
        if (config.AttentionBias && !rules.AttentionBias) return "biases in all of attention's projections";
        if (config.QueryKeyValueBias && !rules.QueryKeyValueBias && !rules.AttentionBias) return "biases of queries, keys and values";
        if (config.FeedForwardBias && !rules.FeedForwardBias) return "biases in the feed-forward";
        if (rules.BiasesRequired && !(config.AttentionBias && config.FeedForwardBias)) return "attention or feed-forward without biases";
        if (config.HeadDim * config.Heads != config.Width && config.Sizes.Count == 0 && !rules.OwnHeadWidth) return $"heads of {config.HeadDim} numbers at a width of {config.Width} / {config.Heads} heads";
        if (config.Positions == PositionKind.Rotary && config.Rope.RotaryDim != config.HeadDim && !rules.PartialRope) return "heads that are turned in part only";
        if (!config.TiedHead && rules.Head == GgufHead.Tied) return "a head other than the embedding table";
        if (config.Activation != rules.Activation && !(config.Activation == Activation.Gelu && rules.Activation == Activation.GeluTanh)) return $"the activation {config.Activation}";
        return config.Rope.Kind switch
        {
            RopeKind.Dynamic => "rotary scaling of kind Dynamic",
            RopeKind.Llama3 when !rules.Divisors => "rotary scaling of kind Llama3",
            RopeKind.LongRope when !rules.LongRope => "rotary scaling of kind LongRope",
            RopeKind.Yarn when !rules.Divisors && !GgufModelMetadata.IsPlainYarn(config.Rope) => "YaRN with limits of its own (beta_fast, beta_slow, truncate)",
            _ => config.Rope.Divisors is not null && !rules.Divisors ? "divisors of the rotary frequencies" : null,
        };
    }
}
