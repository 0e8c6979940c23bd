namespace Fathom.Tensors.Kernels.Scalar;

/// <summary>Dropout, number by number.</summary>
internal static unsafe class ScalarDropout
{
    /// <summary>A row from column <paramref name="first"/> on, in place.</summary>
    public static void Row(float* x, int first, int width, DropoutPlace place, DropoutMask mask)
    {
        for (var column = first; column < width; column++)
        {
            x[column] = mask.Drops(place, column) ? 0f : x[column] * mask.Scale;
        }
    }
}
