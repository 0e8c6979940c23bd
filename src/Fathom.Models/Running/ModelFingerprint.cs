using System.Security.Cryptography;

namespace Fathom.Models.Running;

/// <summary>Tells models apart by content.</summary>
internal static class ModelFingerprint
{
    /// <summary>SHA-256 over the SHA-256 of each file that decides the model's numbers, in order.</summary>
    public static string Of(ModelFiles files) => Of(files.Paths);

    /// <summary>The same for files by their paths.</summary>
    public static string Of(IEnumerable<string> paths)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in paths)
        {
            try
            {
                using var stream = File.OpenRead(path);
                all.AppendData(SHA256.HashData(stream));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new FathomException($"{path}: cannot be read: {failure.Message.ReplaceLineEndings(" ")}", failure);
            }
        }

        return Convert.ToHexStringLower(all.GetHashAndReset());
    }
}
