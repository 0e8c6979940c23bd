namespace Fathom.Insight.Numerics;

/// <summary>Limited-memory BFGS for smooth convex functions (D. Liu and J. Nocedal, 1989), with backtracking.</summary>
internal static class QuasiNewton
{
    private const int Memory = 20;

    /// <summary>Computes a value, and its gradient into the second array.</summary>
    public delegate double Function(double[] at, double[] gradient);

    /// <summary>Moves <paramref name="at"/> to the minimum and gives the value there.</summary>
    /// <exception cref="FathomException">The gradient did not fall below <paramref name="tolerance"/>.</exception>
    public static double Minimise(Function function, double[] at, double tolerance, int mostSteps)
    {
        var gradient = new double[at.Length];
        var value = function(at, gradient);
        var pairs = new List<(double[] Move, double[] Change, double Curvature)>();
        var next = new double[at.Length];
        var nextGradient = new double[at.Length];
        for (var step = 0; step < mostSteps; step++)
        {
            if (gradient.Max(Math.Abs) <= tolerance) return value;
            var direction = Direction(gradient, pairs);
            var slope = VectorMath.Dot(gradient, direction);
            var length = pairs.Count == 0 ? Math.Min(1, 1 / Math.Sqrt(VectorMath.Dot(gradient, gradient))) : 1;
            double nextValue;
            var shortest = length * 1e-12;
            while (true)
            {
                at.CopyTo(next, 0);
                VectorMath.AddScaled(next, direction, length);
                nextValue = function(next, nextGradient);

                // Near the minimum values differ by less than their rounding: then a smaller gradient decides.
                if (nextValue <= value + 1e-4 * length * slope) break;
                if (Math.Abs(nextValue - value) <= 1e-14 * Math.Abs(value) && VectorMath.Dot(nextGradient, nextGradient) < VectorMath.Dot(gradient, gradient)) break;
                length /= 2;
                if (length < shortest) throw new FathomException($"logistic regression: no step goes down any more, the largest gradient is {gradient.Max(Math.Abs):G3}; scale the features, or loosen the tolerance");
            }

            double[] move = [.. next.Zip(at, static (a, b) => a - b)], change = [.. nextGradient.Zip(gradient, static (a, b) => a - b)];
            var curvature = VectorMath.Dot(move, change);
            if (curvature > 1e-300)
            {
                if (pairs.Count == Memory) pairs.RemoveAt(0);
                pairs.Add((move, change, curvature));
            }

            next.CopyTo(at, 0);
            nextGradient.CopyTo(gradient, 0);
            value = nextValue;
        }

        throw new FathomException($"logistic regression: {mostSteps} steps did not reach the minimum, the largest gradient is {gradient.Max(Math.Abs):G3}; allow more steps, scale the features, or lower C");
    }

    /// <summary>Minus the inverse Hessian's estimate times the gradient, by the two loops over the kept pairs.</summary>
    private static double[] Direction(double[] gradient, List<(double[] Move, double[] Change, double Curvature)> pairs)
    {
        double[] direction = [.. gradient.Select(static value => -value)];
        var shares = new double[pairs.Count];
        for (var i = pairs.Count - 1; i >= 0; i--)
        {
            shares[i] = VectorMath.Dot(pairs[i].Move, direction) / pairs[i].Curvature;
            VectorMath.AddScaled(direction, pairs[i].Change, -shares[i]);
        }

        if (pairs.Count > 0)
        {
            var (_, change, curvature) = pairs[^1];
            VectorMath.Scale(direction, curvature / VectorMath.Dot(change, change));
        }

        for (var i = 0; i < pairs.Count; i++)
        {
            VectorMath.AddScaled(direction, pairs[i].Move, shares[i] - VectorMath.Dot(pairs[i].Change, direction) / pairs[i].Curvature);
        }

        return direction;
    }
}
