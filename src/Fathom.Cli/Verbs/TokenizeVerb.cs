using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Formats;
using Fathom.Tokenizers;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom tokenize</c>: ids, pieces and offsets of a text, a file, or a conversation through the chat template.</summary>
internal static class TokenizeVerb
{
    private static readonly Argument<string?> Source = new("TOKENIZER") { Description = "A model, a tokenizer.json or a .gguf file; not needed to --render with --chat-template.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Argument<string?> Text = new("TEXT") { Description = "The text.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string> Data = new("--data") { Description = "A data file: one line of ids a sample.", HelpName = "FILE" };
    private static readonly Option<bool> NoSpecialTokens = new("--no-special-tokens") { Description = "Leave out the tokens the tokenizer itself adds at the ends." };

    public static Command Create(VerbHost host)
    {
        var command = new Command("tokenize", "Ids, pieces and offsets of a text, a file or a conversation.")
            .With(Source, Text)
            .With(Data, NoSpecialTokens, DataFlags.TextField, DataFlags.Limit)
            .With(Conversation.Options)
            .With(CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        var text = context.Get(Text);
        var data = context.Get(Data);
        var messages = context.Get(Conversation.Messages);
        if (new object?[] { text, data, messages }.Count(given => given is not null) != 1)
        {
            throw new UsageException("give exactly one of TEXT, --data FILE and --messages FILE");
        }

        Conversation.CheckUsage(context);
        if (context.Get(Source) is not { } source)
        {
            if (messages is null || !Conversation.NeedsNoTokenizer(context)) throw new UsageException("name the TOKENIZER: a model, a tokenizer.json or a .gguf file");
            return WriteRendered(context, Conversation.Render(context, null, ""));
        }

        var path = TokenizerLocator.Find(source);
        var tokenizer = Tokenizer.Load(path).With(truncation: null, padding: null);
        var special = !context.Get(NoSpecialTokens);
        if (data is not null)
        {
            return WriteFile(context, tokenizer, data, special);
        }

        if (messages is not null)
        {
            text = Conversation.Render(context, tokenizer, path);
            if (context.Get(Conversation.RenderOnly))
            {
                return WriteRendered(context, text);
            }

            // The template writes the special tokens itself.
            special = false;
        }

        WriteText(context, tokenizer, text!, special);
        return ExitCodes.Done;
    }

    private static int WriteRendered(VerbContext context, string text)
    {
        context.Answer(new JsonObject { ["command"] = "tokenize", ["text"] = text }, output => output.Write(text));
        return ExitCodes.Done;
    }

    private static void WriteText(VerbContext context, Tokenizer tokenizer, string text, bool special)
    {
        var encoding = tokenizer.EncodeFull(text, special);
        var pieces = encoding.Tokens;
        var result = new JsonObject
        {
            ["command"] = "tokenize",
            ["ids"] = JsonText.Numbers(encoding.Ids),
            ["pieces"] = JsonText.Texts(pieces),
            ["offsets"] = Offsets(encoding.OffsetsInCodePoints(text)),
            ["offsets_utf16"] = Offsets(encoding.Offsets),
        };
        context.Answer(result, output =>
        {
            var table = new TextTable(">id", "piece", ">from", ">to");
            for (var i = 0; i < pieces.Length; i++)
            {
                table.Row(Number(encoding.Ids[i]), pieces[i], Number(encoding.Offsets[i].Start), Number(encoding.Offsets[i].End));
            }

            table.Write(output, context.Terminal);
        });
    }

    private static int WriteFile(VerbContext context, Tokenizer tokenizer, string data, bool special)
    {
        var writer = new IdLineWriter(context.Terminal.Out, context.Json);
        if (DataSet.FormatOf(data) == DataFormat.Text && context.Get(DataFlags.TextField) is null or "text")
        {
            WriteLines(context, tokenizer.CreateEncoder(special), data, writer);
            return ExitCodes.Done;
        }

        foreach (var row in DataSet.Read(data, DataFlags.OptionsOf(context)))
        {
            context.ThrowIfStopped();
            writer.Begin();
            writer.Write(tokenizer.Encode(row.Text, special));
            writer.End();
        }

        return ExitCodes.Done;
    }

    // A line of a text file may be as long as the file; blank ones count, so that line n of the output is line n of the file.
    private static void WriteLines(VerbContext context, IncrementalEncoder encoder, string data, IdLineWriter writer)
    {
        using var lines = TextLines.Open(data);
        var limit = context.Get(DataFlags.Limit) ?? long.MaxValue;
        var part = new char[1 << 16];
        while (lines.Number < limit && lines.NextLine())
        {
            context.ThrowIfStopped();
            writer.Begin();
            try
            {
                for (int length; (length = lines.Read(part)) > 0;)
                {
                    context.ThrowIfStopped();
                    writer.Write(encoder.Append(part.AsSpan(0, length)));
                }

                writer.Write(encoder.Finish());
            }
            catch (FathomException failure) when (!failure.Message.StartsWith(data, StringComparison.Ordinal))
            {
                throw new FathomException($"{data}: line {lines.Number}: {failure.Message}", failure);
            }

            writer.End();
        }

        if (lines.Number == 0)
        {
            throw new FathomException($"{data}: has no lines");
        }
    }

    private static JsonArray Offsets((int Start, int End)[] offsets) =>
        new([.. offsets.Select(offset => (JsonNode)new JsonArray(offset.Start, offset.End))]);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
