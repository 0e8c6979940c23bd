using Fathom.Cli.CommandLine;
using Fathom.Cli.Runs;
using Fathom.Models.Tracing;
using Fathom.Tokenizers;

namespace Fathom.Cli.Models;

/// <summary>Turns a text into the tokens of its prompt: by an explicit template, the model's chat template, or the plain default.</summary>
internal sealed class PromptEncoder
{
    private const string ChatMark = "chat_template:";
    private readonly Tokenizer _tokenizer;
    private readonly PromptTemplate? _template;
    private readonly ChatPrompt? _chat;

    private PromptEncoder(Tokenizer tokenizer, PromptTemplate? template, ChatPrompt? chat)
    {
        _tokenizer = tokenizer;
        _template = template;
        _chat = chat;
    }

    /// <summary>What was chosen, to be stored and compared: the template itself, or the fingerprint of the chat template.</summary>
    public string Description => _template?.Source ?? ChatMark + _chat!.Fingerprint;

    /// <summary>What was chosen, for people.</summary>
    public string Spoken => _template is null ? "the model's chat template" : $"'{_template.Source}'";

    /// <summary>The prompt that the command line asks for; <paramref name="plain"/> is for models without a chat template.</summary>
    public static PromptEncoder Of(VerbContext context, Tokenizer tokenizer, string plain = PromptTemplate.QuestionAndAnswer)
    {
        if (context.Get(PromptFlags.Template) is { } template)
        {
            return new PromptEncoder(tokenizer, PromptTemplate.Parse(template, context.Get(DataFlags.TextField)), chat: null);
        }

        return ChatPrompt.Of(tokenizer, context.Time) is { } chat
            ? new PromptEncoder(tokenizer, template: null, chat)
            : new PromptEncoder(tokenizer, PromptTemplate.Parse(plain), chat: null);
    }

    /// <summary>The prompt of a template with <c>{text}</c> or <c>{question}</c>; without one the model's chat template, or the plain default.</summary>
    public static PromptEncoder Of(string? template, Tokenizer tokenizer, TimeProvider time)
    {
        if (template is not null) return new PromptEncoder(tokenizer, PromptTemplate.Parse(template, textField: null), chat: null);
        return ChatPrompt.Of(tokenizer, time) is { } chat
            ? new PromptEncoder(tokenizer, template: null, chat)
            : new PromptEncoder(tokenizer, PromptTemplate.Parse(PromptTemplate.QuestionAndAnswer), chat: null);
    }

    /// <summary>The prompt that detectors were fitted with.</summary>
    /// <exception cref="FathomException">It was a chat template that this model does not have.</exception>
    public static PromptEncoder Again(string description, string textField, VerbContext context, Tokenizer tokenizer)
    {
        if (!description.StartsWith(ChatMark, StringComparison.Ordinal))
        {
            return new PromptEncoder(tokenizer, PromptTemplate.Parse(description, textField), chat: null);
        }

        var chat = ChatPrompt.Of(tokenizer, context.Time);
        return chat is not null && string.Equals(ChatMark + chat.Fingerprint, description, StringComparison.Ordinal)
            ? new PromptEncoder(tokenizer, template: null, chat)
            : throw new FathomException("the detectors were fitted with another chat template than this model's; use the same model files, or fit again");
    }

    /// <summary>The prompt's text.</summary>
    public string Text(string text) => _template?.Apply(text) ?? _chat!.Apply(text);

    /// <summary>How many of a prompt's tokens come after the text.</summary>
    public int SuffixTokens(string text, ReadOnlySpan<int> tokens)
    {
        var whole = Text(text);
        var at = whole.LastIndexOf(text, StringComparison.Ordinal);
        var end = at >= 0 ? at + text.Length : whole.LastIndexOf(text.Trim(), StringComparison.Ordinal) + text.Trim().Length;
        return PromptSuffix.Length(tokens, EncodeWhole(whole[..end]));
    }

    /// <summary>
    /// Which of a prompt's tokens are of the text: place of the first, and for each the part of the text it stands for. None where the
    /// template changes the text, so that its place cannot be told.
    /// </summary>
    public (int First, (int Start, int End)[] Parts) TextTokens(string text)
    {
        var whole = Text(text);
        var trimmed = text.Trim();
        var (at, from) = whole.LastIndexOf(text, StringComparison.Ordinal) is >= 0 and var exact ? (exact, 0)
            : (whole.LastIndexOf(trimmed, StringComparison.Ordinal), text.IndexOf(trimmed, StringComparison.Ordinal));
        if (at < 0 || trimmed.Length == 0) return (0, []);
        var end = at + text.Length - from;
        var encoding = _tokenizer.EncodeFull(whole, addSpecialTokens: _chat is null);
        if (!encoding.Ids.AsSpan().SequenceEqual(EncodeWhole(whole))) return (0, []);
        var first = Array.FindIndex(encoding.Offsets, offset => offset.End > at && offset.End > offset.Start);
        if (first < 0) return (0, []);
        var parts = new List<(int, int)>();
        for (var i = first; i < encoding.Count && encoding.Offsets[i].Start < end && encoding.SpecialTokensMask[i] == 0; i++)
        {
            var (start, stop) = encoding.Offsets[i];
            parts.Add((Math.Clamp(start - at, 0, end - at) + from, Math.Clamp(stop - at, 0, end - at) + from));
        }

        return (first, [.. parts]);
    }

    /// <summary>The tokens of class names as they follow a prompt.</summary>
    /// <exception cref="FathomException">Two begin alike, or one runs together with the prompt's end.</exception>
    public IReadOnlyList<int> ClassTokensOf(string text, IReadOnlyList<string> names) => ClassTokens.Find(EncodeWhole, Text(text), names);

    /// <summary>The prompt's tokens. A chat template writes its special tokens itself; otherwise the tokenizer adds its own.</summary>
    public int[] Encode(string text) => EncodeWhole(Text(text));

    private int[] EncodeWhole(string prompt) => _tokenizer.Encode(prompt, addSpecialTokens: _chat is null);
}
