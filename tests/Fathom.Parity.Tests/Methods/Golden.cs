using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Tensors;

namespace Fathom.Parity.Tests.Methods;

internal static class Golden
{
    // FATHOM_PARITY_WORST=FILE: the largest difference of every test (relative above 1) is written there at the end.
    private static readonly ConcurrentDictionary<string, double> Worst = Recorded(Environment.GetEnvironmentVariable("FATHOM_PARITY_WORST"));

    public static JsonNode Json(string name) => JsonNode.Parse(File.ReadAllText(SharedFolder.Golden("insight/" + name)))!;

    public static SafetensorsFile Tensors(string name) => SafetensorsFile.Open(SharedFolder.Golden("insight/" + name));

    public static double Number(JsonNode? node) => node!.GetValueKind() == System.Text.Json.JsonValueKind.String
        ? (string)node! switch { "NaN" => double.NaN, "Infinity" => double.PositiveInfinity, "-Infinity" => double.NegativeInfinity, var other => throw new InvalidDataException(other) }
        : (double)node!;

    public static double[] Numbers(JsonNode? node) => [.. node!.AsArray().Select(Number)];

    /// <summary>All numbers of nested lists, row-major.</summary>
    public static double[] Flat(JsonNode? node) => node is JsonArray array ? [.. array.SelectMany(Flat)] : [Number(node)];

    public static unsafe double[] Doubles(SafetensorsFile file, string name)
    {
        var tensor = file.GetTensor(name);
        var values = new double[tensor.ElementCount];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = tensor.Type switch
            {
                DType.F64 => ((double*)tensor.Data)[i],
                DType.F32 => ((float*)tensor.Data)[i],
                DType.I64 => ((long*)tensor.Data)[i],
                DType.I32 => ((int*)tensor.Data)[i],
                DType.U8 => tensor.Data[i],
                _ => throw new InvalidDataException($"{name}: {tensor.Type}"),
            };
        }

        return values;
    }

    /// <summary>Equal within <paramref name="tolerance"/>, relative for values above 1; NaN equals NaN.</summary>
    public static void Near(double expected, double actual, double tolerance, string what, [CallerFilePath] string file = "", [CallerMemberName] string test = "")
    {
        if (double.IsFinite(expected)) Worst.AddOrUpdate($"{Path.GetFileNameWithoutExtension(file)}.{test}", Difference, (_, worst) => Math.Max(worst, Difference("")));
        double Difference(string _) => Math.Abs(expected - actual) / Math.Max(1, Math.Abs(expected));
        var near = double.IsNaN(expected) ? double.IsNaN(actual) : Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected));
        Assert.True(near, $"{what}: expected {expected:R}, got {actual:R}");
    }

    public static void Near(double[] expected, IReadOnlyList<double> actual, double tolerance, string what, [CallerFilePath] string file = "", [CallerMemberName] string test = "")
    {
        Assert.Equal(expected.Length, actual.Count);
        for (var i = 0; i < expected.Length; i++)
        {
            Near(expected[i], actual[i], tolerance, $"{what}[{i}]", file, test);
        }
    }

    private static ConcurrentDictionary<string, double> Recorded(string? file)
    {
        var worst = new ConcurrentDictionary<string, double>(StringComparer.Ordinal);
        if (!string.IsNullOrEmpty(file)) AppDomain.CurrentDomain.ProcessExit += (_, _) => File.WriteAllLines(file, worst.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value:G3}"));
        return worst;
    }
}
