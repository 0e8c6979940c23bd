namespace Fathom.Training.Recipes;

/// <summary>What a model is to learn.</summary>
public enum ObjectiveKind
{
    /// <summary>The next token.</summary>
    CausalLanguageModelling,

    /// <summary>A label of the whole text.</summary>
    Classification,

    /// <summary>A vector of a text, near those of texts that belong to it.</summary>
    Embedding,
}
