using Fathom.Cli.Models;
using Fathom.Models.Encoders;
using Fathom.Tokenizers;
using Fathom.Training;
using Fathom.Training.Recipes;

namespace Fathom.Cli.Recipes;

/// <summary>The model a recipe starts from.</summary>
internal static class RecipeModel
{
    private static readonly string[] TokenizerFiles = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", "tokenizer.model", "chat_template.jinja"];

    /// <summary>The folder of the recipe's model, where that is an encoder.</summary>
    public static string? Encoder(Recipe recipe) => recipe.Model.Path is { } path && ModelLocator.Find(path) is var folder && TextEncoder.CanLoad(folder) ? folder : null;

    /// <summary>Looks at the model, or trains the tokenizer of a new one.</summary>
    public static BaseModel Open(Recipe recipe, SampleTemplate template, CancellationToken stop)
    {
        var model = recipe.Model;
        if (model.Path is { } path) return BaseModel.FromFolder(ModelLocator.Find(path));
        if (model.Tokenizer!.Train is { } train)
        {
            var texts = RecipeRows.Training(recipe.Data).Take(train.Texts).Select(row =>
            {
                var (prompt, answer) = template.Apply(row);
                return prompt + answer;
            });
            return BaseModel.FromScratch(model.FromScratch!, texts, train.Vocabulary, train.IndividualDigits, stop);
        }

        var place = TokenizerLocator.Find(model.Tokenizer.Path!);
        var tokenizer = Tokenizer.Load(place);
        var companions = new CompanionFiles();
        foreach (var file in Directory.Exists(place) ? TokenizerFiles.Select(name => Path.Combine(place, name)).Where(File.Exists) : [place]) companions.Add(Path.GetFileName(file), File.ReadAllBytes(file));
        return BaseModel.FromScratch(model.FromScratch!, companions, tokenizer, tokenizer.SpecialTokens.Eos?.Id);
    }
}
