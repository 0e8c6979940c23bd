namespace Fathom.Models.Running;

/// <summary>Keeps all states of one sequence, pass by pass.</summary>
internal sealed unsafe class WholeStates(int entries, int width, int tokens) : IStateObserver
{
    private readonly float[][] _entries = Make(entries, checked(width * tokens));
    private readonly float[] _residual = new float[checked(width * tokens)];

    /// <summary>The arrays, <c>[entries][tokens, width]</c>.</summary>
    public float[][] Entries => _entries;

    /// <summary>Before the final norm, <c>[tokens, width]</c>.</summary>
    public float[] Residual => _residual;

    /// <summary>First position of the pass under way.</summary>
    public int Start { get; set; }

    /// <summary>Rows of the pass under way.</summary>
    public int Rows { get; set; }

    /// <inheritdoc/>
    public void Observe(int entry, float* states) => Copy(states, _entries[entry]);

    /// <inheritdoc/>
    public void ObserveLastResidual(float* states) => Copy(states, _residual);

    private void Copy(float* states, float[] to) => new ReadOnlySpan<float>(states, Rows * width).CopyTo(to.AsSpan(Start * width));

    private static float[][] Make(int entries, int length)
    {
        var all = new float[entries][];
        for (var i = 0; i < entries; i++) all[i] = new float[length];
        return all;
    }
}
