namespace Fathom.Reasoning.WordProblems;

/// <summary>One kind of problem: its operations and the ways to tell it.</summary>
/// <param name="Name">Name of the family.</param>
/// <param name="Steps">Operations such as <c>a + b</c> and <c>r1 - c</c>, r1 being the result of the first.</param>
/// <param name="Wordings">Usual wordings with places to fill.</param>
/// <param name="HeldOut">Wordings kept apart.</param>
internal sealed record WordingFamily(string Name, string[] Steps, string[] Wordings, string[] HeldOut);
