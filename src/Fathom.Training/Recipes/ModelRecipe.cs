using System.Text.Json.Nodes;

namespace Fathom.Training.Recipes;

/// <summary>Which model is taught: one in a folder, or a new one.</summary>
public sealed record ModelRecipe
{
    /// <summary>The model's folder in Hugging Face layout, or its name on the hub.</summary>
    public string? Path { get; init; }

    /// <summary>Keys of a config.json for a model with random weights; <c>model_type</c> is <c>llama</c> unless said, and the tokenizer gives <c>vocab_size</c> and the end token.</summary>
    public JsonObject? FromScratch { get; init; }

    /// <summary>Of an encoder: probability of dropping what leaves a layer, the embeddings and what enters the head, in training. Default 0.</summary>
    public double Dropout { get; init; }

    /// <summary>The tokenizer of a model from scratch.</summary>
    public TokenizerRecipe? Tokenizer { get; init; }
}
