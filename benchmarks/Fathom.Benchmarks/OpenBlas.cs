using System.Runtime.InteropServices;

namespace Fathom.Benchmarks;

/// <summary>The system's OpenBLAS, where there is one, to compare with; nothing of Fathom uses it.</summary>
internal static unsafe class OpenBlas
{
    private static readonly nint Library = Load();

    /// <summary>Whether the library was found.</summary>
    public static bool IsPresent => Library != 0;

    /// <summary>Sets the number of threads.</summary>
    public static void SetThreads(int threads) => ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(Library, "openblas_set_num_threads"))(threads);

    /// <summary>y [m, n] = x [m, k] w [n, k]^T, row-major.</summary>
    public static void MultiplyTransposed(float* x, float* w, float* y, int m, int n, int k) => Multiply(x, k, false, w, k, true, y, n, m, n, k, 0);

    /// <summary>c [m, n] = beta c + a [m, k] b [k, n], row-major; a turned operand is stored as its transpose.</summary>
    public static void Multiply(float* a, int aRow, bool aTurned, float* b, int bRow, bool bTurned, float* c, int cRow, int m, int n, int k, float beta = 1)
    {
        const int RowMajor = 101, NoTranspose = 111, Transpose = 112;
        ((delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)NativeLibrary.GetExport(Library, "cblas_sgemm"))(
            RowMajor, aTurned ? Transpose : NoTranspose, bTurned ? Transpose : NoTranspose, m, n, k, 1f, a, aRow, b, bRow, beta, c, cRow);
    }

    /// <summary>y [n] = w [n, k] x [k].</summary>
    public static void MultiplyVector(float* w, float* x, float* y, int n, int k)
    {
        const int RowMajor = 101, NoTranspose = 111;
        ((delegate* unmanaged<int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)NativeLibrary.GetExport(Library, "cblas_sgemv"))(
            RowMajor, NoTranspose, n, k, 1f, w, k, x, 1, 0f, y, 1);
    }

    private static nint Load()
    {
        foreach (var name in new[] { Environment.GetEnvironmentVariable("FATHOM_OPENBLAS"), "libopenblas.so.0" })
        {
            if (!string.IsNullOrEmpty(name) && NativeLibrary.TryLoad(name, out var library))
            {
                return library;
            }
        }

        return 0;
    }
}
