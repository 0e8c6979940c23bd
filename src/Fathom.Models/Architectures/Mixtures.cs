namespace Fathom.Models.Architectures;

/// <summary>Reads mixtures of experts from config.json.</summary>
internal static class Mixtures
{
    private const int MostExperts = 4096;

    /// <summary>Reads the number of experts and how many a token goes through.</summary>
    public static MixtureConfig Read(HuggingFaceConfig config, string key, int experts, int perToken, int width, bool normalised)
    {
        var count = config.Int32(key, 1, experts);
        if (count > MostExperts) throw config.Wrong(key, $"is {count}, more than the {MostExperts} that any model has");
        var chosen = config.Int32("num_experts_per_tok", 1, perToken);
        if (chosen > count) throw config.Wrong("num_experts_per_tok", $"is {chosen}, more than the {count} experts there are");
        return new MixtureConfig { Experts = count, PerToken = chosen, Width = width, Normalised = normalised, AuxiliaryLoss = config.Boolean("output_router_logits", false) };
    }

    /// <summary>The same from GGUF metadata.</summary>
    public static MixtureConfig Read(GgufConfig config, int width, bool normalised)
    {
        var (count, chosen) = (config.Int32("expert_count"), config.Int32("expert_used_count"));
        if (count > MostExperts) throw config.Wrong("expert_count", $"is {count}, more than the {MostExperts} that any model has");
        return chosen <= count
            ? new MixtureConfig { Experts = count, PerToken = chosen, Width = width, Normalised = normalised }
            : throw config.Wrong("expert_used_count", $"is {chosen}, more than the {count} experts there are");
    }
}
