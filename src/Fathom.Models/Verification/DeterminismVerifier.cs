using Fathom.Models.Encoders;
using Fathom.Models.Encoders.TextToText;
using Fathom.Tensors;

namespace Fathom.Models.Verification;

/// <summary>
/// The same-bits proof: a fixed set of token sequences is run alone, in batches, beside other neighbours or in passes of several sizes,
/// with one and more threads, and, where there is a cache, once as a whole against token by token. Everything must agree to the bit, and
/// one hash over all of it must be the same on every machine. Decoders (an adapter merged where one is given), classifiers, encoders, and
/// models with both halves.
/// </summary>
public static class DeterminismVerifier
{
    /// <summary>Runs the proof.</summary>
    /// <param name="path">The model, as for <see cref="LanguageModel.Load"/>, <see cref="TextEncoder.Load"/> or <see cref="TextToTextModel.Load"/>.</param>
    /// <param name="adapter">Folder of a LoRA adapter on the model, or null.</param>
    /// <param name="progress">Told the name of each way before it is tried.</param>
    /// <param name="cancellation">Stops between passes.</param>
    /// <exception cref="FathomException">The model cannot be loaded.</exception>
    public static DeterminismReport Verify(string path, string? adapter = null, Action<string>? progress = null, CancellationToken cancellation = default)
    {
        var proof = new BitsProof(progress);
        foreach (var threads in (ReadOnlySpan<int>)[1, 2])
        {
            using var device = Device.Cpu(new CpuOptions { Threads = threads });
            Prove(path, new LoadOptions { Device = device, Tokenizer = false, Adapter = adapter }, threads, proof, cancellation);
        }

        return proof.Close();
    }

    private static void Prove(string path, LoadOptions options, int threads, BitsProof proof, CancellationToken cancellation)
    {
        if (!TextEncoder.CanLoad(path))
        {
            using var model = LanguageModel.Load(path, options);
            DecoderBits.Prove(model, threads, proof, cancellation);
            return;
        }

        var both = TextToTextModel.CanLoad(path);
        var subject = both ? "encoder" : "";
        using (var encoder = TextEncoder.Load(path, options)) EncoderBits.Prove(encoder, threads, subject, proof, cancellation);
        if (!both) return;
        using var whole = TextToTextModel.Load(path, options);
        TextToTextBits.Prove(whole, threads, subject, proof, cancellation);
    }
}
