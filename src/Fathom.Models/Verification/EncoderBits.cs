using System.Security.Cryptography;
using Fathom.Models.Encoders;

namespace Fathom.Models.Verification;

/// <summary>
/// The same-bits proof of an encoder: states of every layer, pooler and logits of the built-in sequences and of a few longer ones, so that
/// several blocks of keys, windows and far distances are met.
/// </summary>
internal static class EncoderBits
{
    private const EncoderParts Parts = EncoderParts.AllStates | EncoderParts.Pooler | EncoderParts.Logits;
    private static readonly int[] LongLengths = [65, 129, 200, 300];

    /// <summary>Tries the ways of this number of threads.</summary>
    public static void Prove(TextEncoder encoder, int threads, string subject, BitsProof proof, CancellationToken cancellation)
    {
        var inputs = Inputs(encoder.Config);
        if (threads > 1)
        {
            Try("batch of 64", 64);
            Try("alone", 1);
            return;
        }

        Try("alone", 1);
        Try("batch of 8", 8);
        Try("batch of 64 beside other neighbours", 64, backwards: true);

        void Try(string way, int batch, bool backwards = false) =>
            proof.Same(subject, $"{way}, {threads} {(threads == 1 ? "thread" : "threads")}", () => Hash(encoder, inputs, batch, backwards, cancellation));
    }

    /// <summary>The sequences; where the model has token types, the second half of a sequence is of the second.</summary>
    public static EncoderInput[] Inputs(EncoderConfig config)
    {
        var lengths = Enumerable.Range(0, BitsTokens.Sequences).Select(i => BitsTokens.Length(i, config.ContextLength)).Concat(LongLengths.Select(length => Math.Min(length, config.ContextLength)));
        return [.. lengths.Select((length, i) => new EncoderInput(
            BitsTokens.Of(i, length, config.Vocabulary),
            config.TokenTypes > 1 ? Enumerable.Range(0, length).Select(at => at * 2 / length).ToArray() : default(ReadOnlyMemory<int>)))];
    }

    /// <summary>Hash of everything the encoder gives, sequence by sequence, whatever order they were run in.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="inputs">The sequences.</param>
    /// <param name="batch">Sequences given to it at a time.</param>
    /// <param name="backwards">Runs them from the last to the first.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public static byte[] Hash(TextEncoder encoder, IReadOnlyList<EncoderInput> inputs, int batch, bool backwards, CancellationToken cancellation)
    {
        var outputs = new List<byte[]>(inputs.Count);
        foreach (var some in (backwards ? inputs.Reverse() : inputs).Chunk(batch))
        {
            cancellation.ThrowIfCancellationRequested();
            outputs.AddRange(encoder.Encode(some, Parts).Select(HashOf));
        }

        if (backwards) outputs.Reverse();
        return SHA256.HashData([.. outputs.SelectMany(hash => hash)]);
    }

    /// <summary>Hash of what one sequence gave.</summary>
    public static byte[] HashOf(EncoderOutput output)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var entry in output.Entries) hash.Append(entry);
        hash.Append(output.Pooler);
        hash.Append(output.Logits);
        return hash.GetHashAndReset();
    }
}
