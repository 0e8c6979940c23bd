using Fathom.Models.Positions;

namespace Fathom.Models.Blocks;

/// <summary>From a router's numbers to the experts' shares: softmax over all, the largest few kept, made to sum to 1 where asked. Of equal ones the first are kept.</summary>
internal sealed class ExpertChoice(int perToken, bool normalised)
{
    /// <summary>Turns one row's numbers into shares in place, zero for experts that are not chosen; a chosen one's is above zero.</summary>
    public void Shares(Span<float> row)
    {
        var largest = float.NegativeInfinity;
        foreach (var value in row) largest = Math.Max(largest, value);
        var sum = 0.0;
        Span<double> powers = row.Length <= 512 ? stackalloc double[row.Length] : new double[row.Length];
        for (var i = 0; i < row.Length; i++) sum += powers[i] = Elementary.Exp((double)row[i] - largest);
        row.Clear();
        var kept = 0.0;
        Span<int> chosen = stackalloc int[perToken];
        for (var n = 0; n < perToken; n++)
        {
            var best = 0;
            for (var i = 1; i < powers.Length; i++)
            {
                if (powers[i] > powers[best]) best = i;
            }

            chosen[n] = best;
            row[best] = (float)(powers[best] / sum);
            kept += powers[best];
            powers[best] = -1;
        }

        foreach (var expert in chosen) row[expert] = Math.Max(float.Epsilon, normalised ? (float)(row[expert] * sum / kept) : row[expert]);
    }
}
