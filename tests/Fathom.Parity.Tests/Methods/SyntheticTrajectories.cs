using Fathom.Insight.Detection;

namespace Fathom.Parity.Tests.Methods;

/// <summary>The 130 trajectories of ood.json, <c>tv_synthetic.generator</c>: T = 13, d = 6.</summary>
internal sealed class SyntheticTrajectories
{
    private const int Entries = 13;
    private const int Width = 6;
    private uint _state = 12345;

    public SyntheticTrajectories()
    {
        Fit = Make(40, 0.1);
        IdTest = Make(30, 0.1);
        Near = Make(30, 0.2);
        Far = Make(30, 0.6);
    }

    public Trajectory[] Fit { get; }

    public Trajectory[] IdTest { get; }

    public Trajectory[] Near { get; }

    public Trajectory[] Far { get; }

    private Trajectory[] Make(int count, double lateAmplitude)
    {
        var made = new Trajectory[count];
        for (var s = 0; s < count; s++)
        {
            var y = new double[Entries * Width];
            for (var l = 0; l < Entries; l++)
            {
                var drift = l <= 8 ? 0.05 * l : 0.1;
                var amplitude = l <= 8 ? 0.3 : lateAmplitude;
                for (var j = 0; j < Width; j++)
                {
                    y[l * Width + j] = l == 0 ? Draw() : y[(l - 1) * Width + j] + drift + amplitude * Draw();
                }
            }

            made[s] = new Trajectory(Entries, Width, y);
        }

        return made;
    }

    private double Draw() => Uniform() + Uniform() + Uniform() + Uniform() - 2;

    private double Uniform()
    {
        _state = unchecked(_state * 1664525 + 1013904223);
        return _state / 4294967296.0;
    }
}
