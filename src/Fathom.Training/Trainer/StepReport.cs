namespace Fathom.Training;

/// <summary>One step of training.</summary>
/// <param name="Step">Its number, from 1.</param>
/// <param name="Steps">Steps there will be.</param>
/// <param name="Epoch">Passes through the data finished after it.</param>
/// <param name="Loss">Mean loss over the batch's targets, before the step.</param>
/// <param name="GradientNorm">Joint 2-norm of the gradients before clipping.</param>
/// <param name="Rate">Learning rate.</param>
/// <param name="Tokens">Tokens computed.</param>
/// <param name="Targets">Tokens learnt from.</param>
/// <param name="Operations">Floating-point operations of matrix products and attention, forward and back.</param>
public sealed record StepReport(int Step, int Steps, int Epoch, double Loss, double GradientNorm, double Rate, int Tokens, int Targets, double Operations);
