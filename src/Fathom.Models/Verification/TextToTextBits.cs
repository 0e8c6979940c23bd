using System.Security.Cryptography;
using Fathom.Models.Encoders.TextToText;
using Fathom.Models.Generation;

namespace Fathom.Models.Verification;

/// <summary>The same-bits proof of a model with encoder and decoder: what it writes for the built-in sequences, how likely, and the states and logits of one whole output.</summary>
internal static class TextToTextBits
{
    private const string Subject = "decoder";
    private const int NewTokens = 8;
    private const int WholeTokens = 96;

    /// <summary>Tries the ways of this number of threads.</summary>
    /// <param name="model">The model.</param>
    /// <param name="threads">Threads it was given.</param>
    /// <param name="encoder">Name of the subject whose hash the encoder alone gave.</param>
    /// <param name="proof">Collects the verdicts.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public static void Prove(TextToTextModel model, int threads, string encoder, BitsProof proof, CancellationToken cancellation)
    {
        if (threads > 1)
        {
            Try("batch of 64", 64);
            Try("alone", 1);
            return;
        }

        Try("alone", 1);
        Try("batch of 8", 8);
        Try("batch of 64 beside other neighbours", 64, backwards: true);
        proof.Holds(Subject, "a whole output, pieces of 7 tokens, and token by token through the cache", () => CacheAgrees(model, cancellation));
        proof.Same(encoder, "with its decoder", () => EncoderHash(model, cancellation));

        void Try(string way, int batch, bool backwards = false) =>
            proof.Same(Subject, $"{way}, {threads} {(threads == 1 ? "thread" : "threads")}", () => Hash(model, batch, backwards, cancellation));
    }

    /// <summary>Hash of what is written for every sequence, in their order, and of a whole output's states and logits.</summary>
    public static byte[] Hash(TextToTextModel model, int batch, bool backwards, CancellationToken cancellation)
    {
        var config = model.Config.Encoder;
        var inputs = Enumerable.Range(0, BitsTokens.Sequences).Select(i => BitsTokens.Of(i, BitsTokens.Length(i, config.ContextLength), config.Vocabulary));
        var results = new List<GenerationResult>(BitsTokens.Sequences);
        foreach (var some in (backwards ? inputs.Reverse() : inputs).Chunk(batch)) results.AddRange(model.Generate(some, new GenerationOptions { MaxNewTokens = NewTokens }, cancellation: cancellation));
        if (backwards) results.Reverse();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var result in results)
        {
            hash.Append(result.Tokens);
            hash.Append(result.LogProbabilities);
        }

        var whole = States(model);
        foreach (var entry in whole.DecoderEntries) hash.Append(entry);
        hash.Append(whole.Logits);
        return hash.GetHashAndReset();
    }

    private static byte[] EncoderHash(TextToTextModel model, CancellationToken cancellation)
    {
        var outputs = new List<byte[]>();
        foreach (var input in EncoderBits.Inputs(model.Config.Encoder))
        {
            cancellation.ThrowIfCancellationRequested();
            outputs.Add(EncoderBits.HashOf(model.GetStates(input.Tokens, new[] { model.Config.StartToken }).Encoder));
        }

        return SHA256.HashData([.. outputs.SelectMany(hash => hash)]);
    }

    private static bool CacheAgrees(TextToTextModel model, CancellationToken cancellation)
    {
        var whole = States(model);
        foreach (var chunk in (ReadOnlySpan<int>)[7, 1])
        {
            cancellation.ThrowIfCancellationRequested();
            var pieces = States(model, chunk);
            if (!BitsTokens.Same(whole.Logits, pieces.Logits) || !BitsTokens.Same(whole.DecoderEntries, pieces.DecoderEntries)) return false;
        }

        return true;
    }

    // Longer than a block of 64 keys on both sides.
    private static TextToTextStates States(TextToTextModel model, int chunk = int.MaxValue)
    {
        var config = model.Config.Encoder;
        var (text, output) = (BitsTokens.Of(BitsTokens.Sequences, Math.Min(WholeTokens, config.ContextLength), config.Vocabulary), BitsTokens.Of(BitsTokens.Sequences + 1, WholeTokens, config.Vocabulary));
        return model.GetStates(text, new[] { model.Config.StartToken }.Concat(output).ToArray(), chunk);
    }
}
