using Fathom.Models.Architectures;

namespace Fathom.Training;

/// <summary>Which decoders the training pass computes: a part it left out without a word would teach another model.</summary>
internal static class Trainability
{
    /// <summary>Refuses a decoder with parts that only inference knows.</summary>
    /// <exception cref="FathomException">The decoder has such parts.</exception>
    public static void Check(DecoderConfig config, string place)
    {
        if (!config.IsLlamaForm) throw new FathomException($"{place}: {config.Family} models can be run but not trained yet; those of the form of llama or mistral can");
    }
}
