using System.Security.Cryptography;
using System.Text;
using Fathom.Tokenizers;
using Fathom.Tokenizers.ChatTemplates;

namespace Fathom.Cli.Models;

/// <summary>A text as one user message of a model's chat template, with the generation prompt.</summary>
internal sealed class ChatPrompt
{
    private readonly ChatTemplate _template;
    private readonly IReadOnlyDictionary<string, string> _specialTokens;
    private readonly TimeProvider _clock;

    private ChatPrompt(ChatTemplate template, IReadOnlyDictionary<string, string> specialTokens, TimeProvider clock)
    {
        _template = template;
        _specialTokens = specialTokens;
        _clock = clock;
    }

    /// <summary>Fingerprint of the template's text.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_template.Source)));

    /// <summary>The chat template a tokenizer brings, or null.</summary>
    public static ChatPrompt? Of(Tokenizer tokenizer, TimeProvider clock) =>
        tokenizer.ChatTemplate is { } source ? new ChatPrompt(ChatTemplate.Parse(source), SpecialTokensOf(tokenizer), clock) : null;

    /// <summary>The special tokens by the names templates use.</summary>
    public static IReadOnlyDictionary<string, string> SpecialTokensOf(Tokenizer tokenizer)
    {
        var tokens = tokenizer.SpecialTokens;
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, token) in new[] { ("bos_token", tokens.Bos), ("eos_token", tokens.Eos), ("unk_token", tokens.Unk), ("pad_token", tokens.Pad), ("sep_token", tokens.Sep), ("cls_token", tokens.Cls), ("mask_token", tokens.Mask) })
        {
            if (token is { } known)
            {
                named.Add(name, known.Text);
            }
        }

        return named;
    }

    /// <summary>The prompt of a text.</summary>
    public string Apply(string text) => _template.Render(new ChatTemplateInput(ChatTemplateInput.MessagesFrom(("user", text)))
    {
        AddGenerationPrompt = true,
        SpecialTokens = _specialTokens,
        Clock = _clock,
    }).Text;
}
