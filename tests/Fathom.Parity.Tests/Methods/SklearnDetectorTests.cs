using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Insight.Detection;
using Fathom.Insight.Detection.Statistics;
using Fathom.Insight.Numerics;

namespace Fathom.Parity.Tests.Methods;

/// <summary>sklearn-detectors: <c>covariance</c> (matrices), <c>neighbours</c>, <c>pca</c>, <c>pinvh</c>, <c>spectra</c>.</summary>
public sealed class SklearnDetectorTests
{
    private const string Tensors = "golden/sklearn-detectors.safetensors";

    [SharedFact(Tensors)]
    public void PrincipalComponents()
    {
        using var file = Open();
        foreach (var expected in Cases("pca"))
        {
            var key = (string)expected!["key"]!;
            var (rows, count, width) = Matrix(file, $"{key}.x");
            Centre(rows, count, width);
            var variances = Golden.Numbers(expected["explained_variance"]);
            var (values, vectors) = Descending(Gram(rows, count, width, count - 1), width);
            Golden.Near(variances, values[..variances.Length], 1e-12, key);
            Golden.Near(Golden.Numbers(expected["explained_variance_ratio"]), [.. values.Take(variances.Length).Select(value => value / values.Sum())], 1e-12, key);

            // A root takes half the digits of what is noise.
            Golden.Near(Golden.Numbers(expected["singular_values"]), [.. values.Take(variances.Length).Select(value => Math.Sqrt(Math.Max(0, value) * (count - 1)))], 1e-6, key);
            var noise = Golden.Number(expected["noise_variance"]);
            if (noise > 0) Golden.Near(noise, values.Skip(variances.Length).Take(Math.Min(count, width) - variances.Length).Average(), 1e-12, key);
            var components = Golden.Doubles(file, $"{key}.components");
            var scores = Golden.Doubles(file, $"{key}.transformed_abs");
            for (var c = 0; c < variances.Length; c++)
            {
                // Directions without variance are any.
                if (variances[c] < 1e-12 * variances[0]) continue;
                Golden.Near(1, Math.Abs(VectorMath.Dot(components.AsSpan(c * width, width), vectors[c])), 1e-10, $"{key} component {c}");
                for (var i = 0; i < count; i++) Golden.Near(scores[i * variances.Length + c], Math.Abs(VectorMath.Dot(rows.AsSpan(i * width, width), vectors[c])), 1e-9, $"{key} score {i} {c}");
            }
        }
    }

    [SharedFact(Tensors)]
    public void Neighbours()
    {
        using var file = Open();
        var compared = 0;
        foreach (var expected in Cases("neighbours"))
        {
            var (key, k) = ((string)expected!["key"]!, (int)expected["k"]!);
            var (rows, count, width) = Matrix(file, $"{key}.x");
            var (queries, number, _) = Matrix(file, $"{key}.query");
            float[] Narrow(double[] values) => [.. values.Select(value => (float)value)];
            var bank = Bank.Of(width, Enumerable.Range(0, count).Select(i => ((long)i, Narrow(rows[(i * width)..((i + 1) * width)]))));
            var cosines = bank.LargestCosines(Narrow(queries), number, k);
            var distances = bank.SmallestDistances(Narrow(queries), number, k);
            for (var q = 0; q < number; q++)
            {
                double[] Row(string name) => Golden.Doubles(file, $"{key}.{name}")[(q * k)..((q + 1) * k)];
                var query = Narrow(queries)[(q * width)..((q + 1) * width)];

                // The states of a bank are fp32.
                Golden.Near(Row("cosine.distance"), [.. cosines[q].Select(cosine => 1 - cosine)], 1e-6, $"{key} cosine {q}");
                Golden.Near(Row("euclidean.distance"), distances[q], 1e-5, $"{key} {q}");
                Golden.Near(Row("normalised_euclidean.distance"), [.. cosines[q].Select(cosine => Math.Sqrt(Math.Max(0, 2 - 2 * cosine)))], 1e-4, $"{key} unit {q}");
                int[] Order(double[] keys) => [.. Enumerable.Range(0, count).OrderBy(i => keys[i]).ThenBy(i => i).Take(k)];
                Assert.Equal(Row("cosine.index").Select(place => (int)place), Order([.. bank.Cosines(query).Select(cosine => -cosine)]));
                Assert.Equal(Row("euclidean.index").Select(place => (int)place), Order(bank.Distances(query)));
                compared++;
            }
        }

        Assert.Equal(36, compared);
    }

    [SharedFact(Tensors)]
    public void PseudoInverses()
    {
        using var file = Open();
        foreach (var expected in Cases("pinvh"))
        {
            var name = (string)expected!["name"]!;
            var (matrix, size, _) = Matrix(file, $"pinvh.{name}.in");
            var (values, vectors) = SymmetricEigen.Decompose((double[])matrix.Clone(), size);
            var largest = values.Max(Math.Abs);
            Golden.Near(Golden.Numbers(expected["eigenvalues"]), [.. values.Order()], 1e-14 * Math.Max(1, size), name);
            int[] kept = [.. Enumerable.Range(0, size).Where(i => Math.Abs(values[i]) > largest * size * 2.220446049250313e-16)];
            Assert.Equal((name, (int)expected["rank"]!), (name, kept.Length));
            var inverse = Golden.Doubles(file, $"pinvh.{name}.out");

            // 1 / the smallest eigenvalue kept is known as well as that eigenvalue is.
            var smallest = kept.Length == 0 ? 1 : kept.Min(i => Math.Abs(values[i]));
            var tolerance = 1e-14 * size * (kept.Length == 0 ? 1 : largest) / (smallest * smallest);
            for (var at = 0; at < inverse.Length; at++)
            {
                Assert.Equal(inverse[at], kept.Sum(i => vectors[i * size + at / size] * vectors[i * size + at % size] / values[i]), tolerance);
            }
        }
    }

    [SharedTheory(Tensors)]
    [InlineData("empirical", CovarianceRule.Pinv)]
    [InlineData("ledoit_wolf", CovarianceRule.LedoitWolf)]
    public void CovariancesAndPrecisions(string estimator, CovarianceRule rule)
    {
        using var file = Open();
        var precisions = 0;
        foreach (var expected in Cases("covariance"))
        {
            var key = (string)expected!["key"]!;
            if (file.Names.All(name => name != $"{key}.{estimator}.covariance")) continue;
            var (rows, count, width) = Matrix(file, $"{key}.x");
            var covariance = LayerCovariance.Fit(Enumerable.Range(0, count).Select(i => new Trajectory(1, width, rows[(i * width)..((i + 1) * width)])));
            var shrinkage = rule == CovarianceRule.LedoitWolf ? covariance.Shrinkage(0) : 0;
            var sphere = Enumerable.Range(0, width).Average(i => covariance.Covariance(0, i, i));
            var wanted = Golden.Doubles(file, $"{key}.{estimator}.covariance");
            var largest = wanted.Max(Math.Abs);
            var matrix = new double[width * width];
            for (var at = 0; at < matrix.Length; at++)
            {
                var (i, j) = (at / width, at % width);
                matrix[at] = (1 - shrinkage) * covariance.Covariance(0, i, j) + (i == j ? shrinkage * sphere : 0);
                Assert.True(Math.Abs(wanted[at] - matrix[at]) <= 1e-12 * Math.Max(1e-3, largest), $"{key} {i} {j}: {matrix[at]} for {wanted[at]}");
            }

            var spectrum = SymmetricEigen.Decompose((double[])matrix.Clone(), width).Values.Order().ToArray();
            if (expected[estimator]!["eigenvalues"] is { } eigenvalues) Golden.Near(Golden.Numbers(eigenvalues), spectrum, 1e-13 * Math.Max(1, largest), key);

            // What is inverted of a singular matrix is noise; pseudo-inverses have their own test.
            if (count == 1 || spectrum[0] < 1e-9 * spectrum[^1]) continue;
            Golden.Near(Golden.Number(expected[estimator]!["slogdet"]![1]), spectrum.Sum(Math.Log), 1e-9, key);
            if (file.Names.All(name => name != $"{key}.{estimator}.precision")) continue;
            var gaussian = FullGaussian.Fit(rows, width, new int[count], rule);
            var precision = Golden.Doubles(file, $"{key}.{estimator}.precision");
            var scale = precision.Max(Math.Abs);
            for (var at = 0; at < precision.Length; at++)
            {
                var (i, j) = (at / width, at % width);
                Assert.True(Math.Abs(precision[at] - Precision(gaussian, i, j)) <= 1e-9 * scale, $"{key} precision {i} {j}");
            }

            precisions++;
        }

        Assert.True(precisions >= 6, $"{precisions}");
    }

    [SharedFact(Tensors)]
    public void Spectra()
    {
        using var file = Open();
        var compared = 0;
        foreach (var expected in Cases("spectra"))
        {
            var key = (string)expected!["key"]!;
            if (expected["hilbert"] is not null)
            {
                var size = int.Parse(key["hilbert_".Length..]);
                var hilbert = Enumerable.Range(0, size * size).Select(at => 1.0 / (at / size + at % size + 1)).ToArray();
                Golden.Near([.. Golden.Numbers(expected["eigenvalues"]).Order()], [.. SymmetricEigen.Decompose(hilbert, size).Values.Order()], 1e-14, key);
                compared++;
                continue;
            }

            var (raw, count, width) = Matrix(file, $"{key}.x");
            var centred = (double[])raw.Clone();
            Centre(centred, count, width);
            var unit = (double[])centred.Clone();
            for (var i = 0; i < count; i++)
            {
                var row = unit.AsSpan(i * width, width);
                var length = Math.Sqrt(VectorMath.Dot(row, row));
                if (length > 0) VectorMath.Scale(row, 1 / length);
            }

            foreach (var (name, rows, turned) in new[] { ("gram_raw", raw, false), ("gram_centred", centred, false), ("gram_centred_normalised", unit, false), ("covariance_centred", centred, true) })
            {
                if (expected[name] is not { } summary) continue;
                var wanted = Golden.Doubles(file, $"{key}.{name}.eigenvalues").OrderDescending().ToArray();
                var gram = turned ? Gram(rows, count, width, 1) : Gram(Turned(rows, count, width), width, count, 1);
                var (values, _) = Descending(gram, turned ? width : count);

                // Their scale is told by the largest.
                var scale = wanted[0] / values[0];
                for (var i = 0; i < wanted.Length; i++) Assert.True(Math.Abs(wanted[i] - scale * values[i]) <= 1e-13 * wanted.Length * wanted[0], $"{key} {name} {i}: {scale * values[i]} for {wanted[i]}");
                Golden.Near(Golden.Number(summary["trace"]), scale * values.Sum(), 1e-11, $"{key} {name}");
                Golden.Near(Golden.Number(summary["participation_ratio"]), values.Sum() * values.Sum() / values.Sum(value => value * value), 1e-9, $"{key} {name}");
                compared++;
            }

            var singular = Golden.Doubles(file, $"{key}.singular_values").OrderDescending().ToArray();
            var largest = Descending(Gram(raw, count, width, 1), width).Values;
            var whole = Descending(Gram(centred, count, width, 1), width).Values;
            var near = Math.Abs(singular[0] - Math.Sqrt(largest[0])) < Math.Abs(singular[0] - Math.Sqrt(whole[0])) ? largest : whole;
            for (var i = 0; i < Math.Min(singular.Length, width); i++) Golden.Near(singular[i] * singular[i], near[i], 1e-11 * Math.Max(1, near[0]), $"{key} singular {i}");
        }

        Assert.True(compared > 30, $"{compared}");
    }

    private static double Precision(FullGaussian gaussian, int i, int j)
    {
        double sum = 0, within = 0;
        for (var r = 0; r < gaussian.Rank; r++)
        {
            var product = gaussian.Rows[r, i] * gaussian.Rows[r, j];
            within += product;
            sum += (gaussian.Weights?[r] ?? 1) * product;
        }

        return sum + gaussian.Rest * ((i == j ? 1 : 0) - within);
    }

    private static JsonArray Cases(string part) => JsonNode.Parse(File.ReadAllText(SharedFolder.Path("golden/sklearn-detectors.json")))![part]!.AsArray();

    private static SafetensorsFile Open() => SafetensorsFile.Open(SharedFolder.Path(Tensors));

    private static (double[] Values, int Rows, int Columns) Matrix(SafetensorsFile file, string name)
    {
        var shape = file.GetTensor(name).Shape;
        return (Golden.Doubles(file, name), (int)shape[0], (int)shape[1]);
    }

    private static void Centre(double[] rows, int count, int width)
    {
        for (var j = 0; j < width; j++)
        {
            var mean = Enumerable.Range(0, count).Average(i => rows[i * width + j]);
            for (var i = 0; i < count; i++) rows[i * width + j] -= mean;
        }
    }

    private static double[] Turned(double[] rows, int count, int width) => [.. Enumerable.Range(0, rows.Length).Select(at => rows[at % count * width + at / count])];

    private static double[] Gram(double[] rows, int count, int width, double divisor)
    {
        var gram = new double[width * width];
        var view = MatrixView.Of(rows, width).Turned;
        MatrixProducts.AddTransposed(MatrixView.Of(gram, width), view, view, width, width, count);
        VectorMath.Scale(gram, 1 / divisor);
        return gram;
    }

    private static (double[] Values, double[][] Vectors) Descending(double[] matrix, int size)
    {
        var (values, vectors) = SymmetricEigen.Decompose(matrix, size);
        int[] order = [.. Enumerable.Range(0, size).OrderByDescending(i => values[i])];
        return ([.. order.Select(i => values[i])], [.. order.Select(i => vectors[(i * size)..((i + 1) * size)])]);
    }
}
