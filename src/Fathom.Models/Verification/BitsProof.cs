using System.Security.Cryptography;

namespace Fathom.Models.Verification;

/// <summary>Collects ways of computing the same things: the first hash of a subject is what its others are held against.</summary>
internal sealed class BitsProof(Action<string>? progress)
{
    private readonly List<(string Name, bool Passed)> _checks = [];
    private readonly OrderedDictionary<string, byte[]> _expected = new(StringComparer.Ordinal);

    /// <summary>One more way of computing a subject's hash.</summary>
    /// <param name="subject">What is computed; empty for a model that is one whole.</param>
    /// <param name="way">How it is computed this time.</param>
    /// <param name="hash">Computes it and gives the hash of all results.</param>
    public void Same(string subject, string way, Func<byte[]> hash)
    {
        var name = Named(subject, way);
        progress?.Invoke(name);
        var given = hash();
        if (_expected.TryAdd(subject, given)) return;
        _checks.Add((name, given.AsSpan().SequenceEqual(_expected[subject])));
    }

    /// <summary>Something else that must hold of a subject.</summary>
    public void Holds(string subject, string statement, Func<bool> holds)
    {
        var name = Named(subject, statement);
        progress?.Invoke(name);
        _checks.Add((name, holds()));
    }

    /// <summary>The verdict; its hash is the subject's, or one over those of all subjects in the order they came.</summary>
    public DeterminismReport Close() => new()
    {
        Hash = Convert.ToHexStringLower(_expected.Count == 1 ? _expected.Values.Single() : SHA256.HashData([.. _expected.Values.SelectMany(hash => hash)])),
        Checks = _checks,
    };

    private static string Named(string subject, string way) => subject.Length == 0 ? way : $"{subject}: {way}";
}
