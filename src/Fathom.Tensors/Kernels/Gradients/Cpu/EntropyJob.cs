using Fathom.Tensors.Kernels.Scalar;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>Sum of t log t of rows of a teacher's distribution, row by row in double: seldom asked for, so the scalar code serves every width.</summary>
internal unsafe struct EntropyJob
{
    /// <summary>Logits <c>[rows, Width]</c>.</summary>
    public float* Teacher;

    /// <summary>Logits in a row.</summary>
    public int Width;

    /// <summary>One over the temperature, and what is added to every probability.</summary>
    public float Sharpness, Epsilon;

    /// <summary>One result a row.</summary>
    public float* Results;

    /// <summary>Rows from..to.</summary>
    public static void Rows(void* state, long from, long to)
    {
        var job = (EntropyJob*)state;
        for (var row = from; row < to; row++)
        {
            job->Results[row] = ScalarSoftTargets.NegativeEntropy(new ReadOnlySpan<float>(job->Teacher + row * job->Width, job->Width), job->Sharpness, job->Epsilon);
        }
    }
}
