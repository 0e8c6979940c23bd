namespace Fathom.Insight.Detection;

/// <summary>Coefficients of repeated forward differences.</summary>
public static class Differences
{
    /// <summary>The coefficients (-1)^(k+i) C(k, i), i = 0..k, of the k-th forward difference.</summary>
    public static double[] Coefficients(int order)
    {
        var coefficients = Binomials(order);
        for (var i = 0; i <= order; i++)
        {
            if ((order + i) % 2 == 1)
            {
                coefficients[i] = -coefficients[i];
            }
        }

        return coefficients;
    }

    /// <summary>C(k, i), i = 0..k, exact up to k = 50.</summary>
    public static double[] Binomials(int order)
    {
        if (order is < 0 or > 50) throw new ArgumentOutOfRangeException(nameof(order), order, "orders of difference go from 0 to 50");
        var row = new double[order + 1];
        row[0] = 1;
        for (var k = 1; k <= order; k++)
        {
            for (var i = k; i >= 1; i--)
            {
                row[i] += row[i - 1];
            }
        }

        return row;
    }
}
