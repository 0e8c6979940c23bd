using Fathom.Models.Verification;

namespace Fathom.Models.Tests;

public sealed class BitsProofTests
{
    [Fact]
    public void A_way_that_differs_from_its_subjects_first_fails_by_name()
    {
        var told = new List<string>();
        var proof = new BitsProof(told.Add);
        proof.Same("encoder", "alone", () => [1]);
        proof.Same("decoder", "alone", () => [2]);
        proof.Same("encoder", "batch", () => [1]);
        proof.Same("decoder", "batch", () => [1]);
        proof.Holds("decoder", "cache", () => true);
        var report = proof.Close();
        Assert.Equal([("encoder: batch", true), ("decoder: batch", false), ("decoder: cache", true)], report.Checks);
        Assert.False(report.Passed);
        Assert.Equal(["encoder: alone", "decoder: alone", "encoder: batch", "decoder: batch", "decoder: cache"], told);
    }

    [Fact]
    public void The_hash_is_the_one_subjects_or_covers_all()
    {
        Assert.Equal("07", Hash(("", 7)));
        Assert.Equal(Hash(("a", 1), ("b", 2)), Hash(("a", 1), ("b", 2)));
        Assert.NotEqual(Hash(("a", 1), ("b", 2)), Hash(("a", 1), ("b", 3)));
        Assert.NotEqual(Hash(("a", 1), ("b", 2)), Hash(("a", 3), ("b", 2)));

        static string Hash(params (string Subject, byte Value)[] subjects)
        {
            var proof = new BitsProof(null);
            foreach (var (subject, value) in subjects) proof.Same(subject, "alone", () => [value]);
            return proof.Close().Hash;
        }
    }
}
