namespace Fathom.Insight.Detection;

/// <content>The file.</content>
public sealed partial class FittedDetectorSet
{
    internal FitState State => _state;

    /// <summary>
    /// Writes the set as one <c>.fathom</c> file: safetensors with a JSON manifest and a checksum in its metadata. The same set gives
    /// the same bytes; a loaded set gives the same scores to the bit.
    /// </summary>
    /// <exception cref="FathomException">The file cannot be written; an old one of that name is unchanged.</exception>
    public void Save(string path) => DetectorFile.Write(path, this);

    /// <summary>Reads a <c>.fathom</c> file strictly: format, version, checksum, every setting, every tensor's shape and values.</summary>
    /// <exception cref="FathomException">Anything is missing, extra, damaged or unknown; the message names the file.</exception>
    public static FittedDetectorSet Load(string path) => DetectorFile.Read(path);
}
