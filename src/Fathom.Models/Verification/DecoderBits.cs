using System.Security.Cryptography;
using Fathom.Models.Generation;
using Fathom.Models.Tracing;

namespace Fathom.Models.Verification;

/// <summary>The same-bits proof of a decoder: traces of the built-in sequences; a classifier's with the logits of its classes and without output.</summary>
internal static class DecoderBits
{
    private const int NewTokens = 8;
    private const int CacheProof = 96;
    private static readonly Pooling[] Poolings = [Pooling.OutputPredictive, Pooling.OutputTokens, Pooling.PromptMean, Pooling.PromptLast];
    private static readonly Pooling[] ClassifierPoolings = [Pooling.PromptMean, Pooling.PromptLast];

    /// <summary>Tries the ways of this number of threads.</summary>
    public static void Prove(LanguageModel model, int threads, BitsProof proof, CancellationToken cancellation)
    {
        if (threads > 1)
        {
            proof.Same("", $"batch of 64, {threads} threads", () => Hash(model, new BatchOptions { BatchSize = 64 }, cancellation));
            proof.Same("", $"alone, {threads} threads", () => Hash(model, new BatchOptions { BatchSize = 1 }, cancellation));
            return;
        }

        proof.Same("", "alone, 1 thread", () => Hash(model, new BatchOptions { BatchSize = 1 }, cancellation));
        proof.Same("", "batch of 8, 1 thread", () => Hash(model, new BatchOptions { BatchSize = 8 }, cancellation));
        proof.Same("", "batch of 64 in passes of 37 tokens, 1 thread", () => Hash(model, new BatchOptions { BatchSize = 64, MaxTokensPerPass = 37 }, cancellation));
        proof.Holds("", "a whole pass, passes of 7 tokens, and token by token through the cache", () => CacheAgrees(model, cancellation));
    }

    /// <summary>Hash of everything the tracer gives for the built-in sequences.</summary>
    public static byte[] Hash(LanguageModel model, BatchOptions batch, CancellationToken cancellation)
    {
        var config = model.Config;
        var poolings = config.IsClassifier ? ClassifierPoolings : Poolings;
        var tracer = new Tracer(model, new TracerOptions { Poolings = poolings, MaxNewTokens = NewTokens, MaxPool = NewTokens, StopAtEndTokens = false, Batch = batch });
        var inputs = Enumerable.Range(0, BitsTokens.Sequences).Select(i => new TraceInput { Index = i, Text = "", PromptTokens = BitsTokens.Of(i, BitsTokens.Length(i, config.ContextLength - NewTokens), config.Vocabulary) });
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var trace in tracer.Run(inputs, cancellation))
        {
            hash.Append(trace.OutputTokens);
            hash.Append(trace.LogProbabilities);
            hash.Append(trace.Entropies);
            hash.Append(trace.MaxProbabilities);
            if (config.IsClassifier) hash.Append(trace.ClassLogits!);
            foreach (var pooling in poolings) hash.Append(trace.States[pooling].Values);
        }

        return hash.GetHashAndReset();
    }

    private static bool CacheAgrees(LanguageModel model, CancellationToken cancellation)
    {
        var tokens = BitsTokens.Of(BitsTokens.Sequences, Math.Min(CacheProof, model.Config.ContextLength), model.Config.Vocabulary);
        var logits = model.Config.IsClassifier ? LogitPositions.None : LogitPositions.Last;
        var whole = model.GetHiddenStates(tokens, logits);
        foreach (var chunk in (ReadOnlySpan<int>)[7, 1])
        {
            cancellation.ThrowIfCancellationRequested();
            var pieces = model.GetHiddenStates(tokens, logits, chunk);
            if (!BitsTokens.Same(whole.Logits, pieces.Logits) || !BitsTokens.Same(whole.LastResidual, pieces.LastResidual) || !BitsTokens.Same(whole.Entries, pieces.Entries)) return false;
        }

        return true;
    }
}
