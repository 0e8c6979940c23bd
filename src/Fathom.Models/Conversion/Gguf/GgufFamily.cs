using Fathom.Formats;
using Fathom.Models.Architectures;

namespace Fathom.Models.Conversion;

/// <summary>A family as GGUF files hold it: what llama.cpp can do with it, and the metadata that only it has.</summary>
/// <param name="rules">What llama.cpp's graph can do.</param>
/// <param name="families">Values of <c>model_type</c>.</param>
internal abstract class GgufFamily(GgufRules rules, params string[] families)
{
    /// <summary>What llama.cpp's graph can do.</summary>
    public GgufRules Rules => rules;

    /// <summary>Values of <c>model_type</c>.</summary>
    public IReadOnlyList<string> Families => families;

    /// <summary>Whether gate and up of the feed-forward, which the family keeps in one tensor, are two here.</summary>
    public virtual bool SplitsGateUp => false;

    /// <summary>Why llama.cpp could not run this model rightly, or null.</summary>
    public virtual string? Refusal(DecoderConfig config) => null;

    /// <summary>What a user should know.</summary>
    public virtual IEnumerable<string> Notes(DecoderConfig config) => [];

    /// <summary>The factor on attention's scores that llama.cpp takes.</summary>
    public virtual double ScoreScale(DecoderConfig config) => 1 / Math.Sqrt(config.HeadDim);

    /// <summary>For every layer whether llama.cpp lets it see a window where the file does not say.</summary>
    public virtual bool SeesWindow(int layer) => true;

    /// <summary>Adds the metadata that only this family has.</summary>
    public virtual void Add(GgufMetadataBuilder metadata, DecoderConfig config)
    {
    }

    /// <summary>A key under the architecture's prefix.</summary>
    protected string Key(string key) => $"{rules.Architecture}.{key}";
}
