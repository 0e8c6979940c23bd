namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>A node of the syntax tree.</summary>
internal abstract class Node
{
    /// <summary>Line of the template, from 1.</summary>
    public int Line { get; set; }

    /// <summary>Position of the tag in the source, or -1.</summary>
    public int Start { get; set; } = -1;

    /// <summary>Checks the node and what is below it; throws what the reference throws when it compiles a template.</summary>
    public void Check(CheckContext context)
    {
        if (!System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw Errors.Recursion();
        CheckNode(context);
    }

    /// <summary>The node's own part of <see cref="Check"/>.</summary>
    protected virtual void CheckNode(CheckContext context)
    {
    }
}
