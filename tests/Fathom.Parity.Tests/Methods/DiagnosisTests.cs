using Fathom.Insight.Diagnosis;

namespace Fathom.Parity.Tests.Methods;

/// <summary>ood.json <c>isotropy</c>, <c>mode_collapse.toy</c>, <c>tv_synthetic.early_stabilisation</c>.</summary>
public sealed class DiagnosisTests
{
    [Theory]
    [InlineData("isotropic")]
    [InlineData("anisotropic")]
    public void IsotropyOfTheSpecification(string name)
    {
        var data = Golden.Json("ood.json")["isotropy"]![name]!;
        var isotropy = Isotropy.Of([.. data["vectors"]!.AsArray().Select(row => Golden.Numbers(row).Select(value => (float)value).ToArray())]);

        // Decimal fractions of the vectors are rounded to fp32.
        Golden.Near(Golden.Number(data["avg_pairwise_cosine"]), isotropy.MeanCosine, 1e-7, name);
        Golden.Near(Golden.Number(data["mean_vector_norm_ratio(|mean of unit vectors|)"]), isotropy.MeanUnitLength, 1e-7, name);
        var ratio = Golden.Number(data["partition_isotropy_min/max_both_signs"]);
        Assert.Equal(ratio, isotropy.PartitionRatio, 1e-4 * ratio);
        Golden.Near(Golden.Numbers(data["cov_eigenvalues_desc"]), isotropy.CovarianceSpectrum, 1e-6, name);
        Golden.Near(Golden.Number(data["top1_variance_share"]), isotropy.TopShare, 1e-6, name);
        Golden.Near(Golden.Number(data["participation_ratio"]), isotropy.ParticipationRatio, 1e-6, name);
    }

    [Fact]
    public void ModeCollapseOfTheToy()
    {
        var data = Golden.Json("ood.json")["mode_collapse"]!["toy"]!;
        var counter = new ModeCollapseCounter((int)data["vocab_size"]!);
        foreach (var sequence in data["token_sequences"]!.AsArray()) counter.Add([.. Golden.Numbers(sequence).Select(token => (int)token)]);
        Assert.Equal(((long)data["N"]!, (int)data["n"]!), (counter.Total.Tokens, counter.Total.Distinct));
        Golden.Near(Golden.Number(data["repetition_gamma=1-n/N"]), counter.Total.RepetitionRate, 1e-12, "gamma");
        Golden.Near(Golden.Number(data["coverage_eta=n/V"]), counter.Total.VocabularyCoverage, 1e-12, "eta");
    }

    [Fact]
    public void EarlyStabilisationOfTheSyntheticTrajectories()
    {
        var synthetic = new SyntheticTrajectories();
        var all = Golden.Json("ood.json")["tv_synthetic"]!["early_stabilisation"]!;
        foreach (var (name, set) in new[] { ("id_test", synthetic.IdTest), ("near", synthetic.Near), ("far", synthetic.Far) })
        {
            var expected = all[name]!;
            var stabilisation = new EarlyStabilisation();
            foreach (var trajectory in set) stabilisation.Add(trajectory);
            Golden.Near(Golden.Numbers(expected["mean_adjacent_l2_l1_to_L"]), stabilisation.Curve!.Mean, 1e-6, name);
            Golden.Near(Golden.Numbers(expected["std_pop"]), stabilisation.Curve.StandardDeviation, 1e-6, name);
            Golden.Near(Golden.Number(expected["S_late=mean(last 3)/max"]), stabilisation.LateShare, 1e-6, name);
            Golden.Near(Golden.Number(expected["joint_volatility_mean"]), stabilisation.JointVolatility, 1e-6, name);
        }
    }
}
