using Fathom.Models.Architectures;

namespace Fathom.Models.Encoders;

/// <summary>What a family read: the shape, and how to make the encoder from the weights.</summary>
/// <param name="Config">The shape.</param>
/// <param name="Build">Makes the encoder; complains about weights that do not fit.</param>
internal sealed record EncoderPlan(EncoderConfig Config, Func<WeightBinder, EncoderStack> Build);
