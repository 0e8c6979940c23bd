using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Fathom.Models.Generation;
using Fathom.Models.Tracing;
using Fathom.Tensors;

namespace Fathom.Models.Verification;

/// <summary>
/// The same-bits proof: a fixed set of token sequences is traced alone, in batches, in passes of several sizes, with one and more
/// threads, and once as a whole against token by token through the cache. Everything must agree to the bit, and one hash over all of
/// it must be the same on every machine.
/// </summary>
public static class DeterminismVerifier
{
    private const int Prompts = 64;
    private const int LongestPrompt = 48;
    private const int NewTokens = 8;
    private const int CacheProof = 96;
    private static readonly Pooling[] Poolings = [Pooling.OutputPredictive, Pooling.OutputTokens, Pooling.PromptMean, Pooling.PromptLast];

    /// <summary>Runs the proof.</summary>
    /// <param name="path">The model, as for <see cref="LanguageModel.Load"/>.</param>
    /// <param name="progress">Told the name of each way before it is tried.</param>
    /// <param name="cancellation">Stops between passes.</param>
    /// <exception cref="FathomException">The model cannot be loaded.</exception>
    public static DeterminismReport Verify(string path, Action<string>? progress = null, CancellationToken cancellation = default)
    {
        var checks = new List<(string, bool)>();
        byte[] expected;
        using (var one = Device.Cpu(new CpuOptions { Threads = 1 }))
        using (var model = LanguageModel.Load(path, new LoadOptions { Device = one, Tokenizer = false }))
        {
            progress?.Invoke("alone, 1 thread");
            expected = Hash(model, new BatchOptions { BatchSize = 1 }, cancellation);
            Check("batch of 8, 1 thread", () => Hash(model, new BatchOptions { BatchSize = 8 }, cancellation));
            Check("batch of 64 in passes of 37 tokens, 1 thread", () => Hash(model, new BatchOptions { BatchSize = 64, MaxTokensPerPass = 37 }, cancellation));
            progress?.Invoke("a whole pass against token by token");
            checks.Add(("a whole pass, passes of 7 tokens, and token by token through the cache", CacheAgrees(model, cancellation)));
        }

        using (var two = Device.Cpu(new CpuOptions { Threads = 2 }))
        using (var model = LanguageModel.Load(path, new LoadOptions { Device = two, Tokenizer = false }))
        {
            Check("batch of 64, 2 threads", () => Hash(model, new BatchOptions { BatchSize = 64 }, cancellation));
            Check("alone, 2 threads", () => Hash(model, new BatchOptions { BatchSize = 1 }, cancellation));
        }

        return new DeterminismReport { Hash = Convert.ToHexStringLower(expected), Checks = checks };

        void Check(string name, Func<byte[]> hash)
        {
            progress?.Invoke(name);
            checks.Add((name, hash().AsSpan().SequenceEqual(expected)));
        }
    }

    /// <summary>Hash of everything the tracer gives for the built-in prompts.</summary>
    internal static byte[] Hash(LanguageModel model, BatchOptions batch, CancellationToken cancellation)
    {
        var tracer = new Tracer(model, new TracerOptions { Poolings = Poolings, MaxNewTokens = NewTokens, MaxPool = NewTokens, StopAtEndTokens = false, Batch = batch });
        var inputs = Enumerable.Range(0, Prompts).Select(i => new TraceInput { Index = i, Text = "", PromptTokens = Tokens(model, i, Math.Min(1 + i * 11 % LongestPrompt, model.Config.ContextLength - NewTokens)) });
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var trace in tracer.Run(inputs, cancellation))
        {
            hash.AppendData(MemoryMarshal.AsBytes(trace.OutputTokens.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(trace.LogProbabilities.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(trace.Entropies.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(trace.MaxProbabilities.AsSpan()));
            foreach (var pooling in Poolings) hash.AppendData(MemoryMarshal.AsBytes(trace.States[pooling].Values.AsSpan()));
        }

        return hash.GetHashAndReset();
    }

    private static bool CacheAgrees(LanguageModel model, CancellationToken cancellation)
    {
        var tokens = Tokens(model, Prompts, Math.Min(CacheProof, model.Config.ContextLength));
        var whole = model.GetHiddenStates(tokens, LogitPositions.Last);
        foreach (var chunk in (ReadOnlySpan<int>)[7, 1])
        {
            cancellation.ThrowIfCancellationRequested();
            var pieces = model.GetHiddenStates(tokens, LogitPositions.Last, chunk);
            if (!Same(whole.Logits, pieces.Logits) || !Same(whole.LastResidual, pieces.LastResidual)) return false;
            for (var entry = 0; entry < whole.Entries.Length; entry++)
            {
                if (!Same(whole.Entries[entry], pieces.Entries[entry])) return false;
            }
        }

        return true;
    }

    private static bool Same(float[] a, float[] b) => MemoryMarshal.AsBytes(a.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(b.AsSpan()));

    private static int[] Tokens(LanguageModel model, int prompt, int length)
    {
        var random = new CounterRandom(0x466174686F6D, (ulong)prompt);
        var tokens = new int[length];
        for (var i = 0; i < length; i++) tokens[i] = random.NextInt32(model.Config.Vocabulary);
        return tokens;
    }
}
