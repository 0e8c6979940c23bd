namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>What a macro or the body of a call block is made of. A default is null where the parameter has none.</summary>
internal sealed record MacroDefinition(string? Name, string[] Parameters, Expression?[] Defaults, Statement[] Body, bool CatchesCaller, bool CatchesNamed, bool CatchesRest)
{
    public void Check(CheckContext context)
    {
        for (var i = 0; i < Parameters.Length; i++)
        {
            if (Array.IndexOf(Parameters, Parameters[i]) != i) throw new TemplateException("SyntaxError", $"duplicate argument '{Parameters[i]}' in function definition");
            Defaults[i]?.Check(context.Inner());
        }

        Statement.CheckAll(Body, CheckContext.Function);
    }
}
