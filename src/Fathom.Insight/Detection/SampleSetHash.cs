using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>
/// Fingerprint of a set of samples that does not depend on their order: the sum, modulo 2^256, of the SHA-256 of each sample's
/// text, label and prompt tokens. It tells data sets apart; it is no protection against someone who builds a collision.
/// </summary>
public sealed class SampleSetHash
{
    private readonly ulong[] _sum = new ulong[4];

    /// <summary>Number of samples taken in.</summary>
    public int Count { get; private set; }

    /// <summary>Takes in a sample.</summary>
    public void Add(Trace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, trace.Text);
        Append(hash, trace.Label ?? "");
        Span<byte> number = stackalloc byte[4];
        foreach (var token in trace.PromptTokens)
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, token);
            hash.AppendData(number);
        }

        AddSum(MemoryMarshal.Cast<byte, ulong>(hash.GetHashAndReset()));
        Count = checked(Count + 1);
    }

    /// <summary>Takes in all samples of another set.</summary>
    public void MergeWith(SampleSetHash other)
    {
        ArgumentNullException.ThrowIfNull(other);
        AddSum(other._sum);
        Count = checked(Count + other.Count);
    }

    /// <summary>64 hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(MemoryMarshal.AsBytes(_sum.AsSpan()));

    internal void Write(string name, Statistics.TensorBag tensors) => tensors.Add(name, (long[])[Count, .. _sum.Select(static word => unchecked((long)word))], 5);

    internal void Read(string name, Statistics.TensorBag tensors)
    {
        var words = tensors.Read<long>(name, 5);
        if (words[0] is < 0 or > int.MaxValue) throw new FathomException($"tensor '{name}' does not begin with a number of samples");
        Count = (int)words[0];
        for (var i = 0; i < 4; i++) _sum[i] = unchecked((ulong)words[i + 1]);
    }

    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }

    private void AddSum(ReadOnlySpan<ulong> words)
    {
        ulong carry = 0;
        for (var i = 0; i < 4; i++)
        {
            var total = (UInt128)_sum[i] + words[i] + carry;
            _sum[i] = (ulong)total;
            carry = (ulong)(total >> 64);
        }
    }
}
