using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fathom.Training;

/// <summary>
/// <c>metrics.jsonl</c>: one object a step or evaluation, with nothing that depends on the clock. Opening cuts off what a broken run
/// wrote after its last checkpoint, so that the whole file equals an unbroken run's.
/// </summary>
internal sealed class MetricsLog : IDisposable
{
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly FileStream _file;

    private MetricsLog(FileStream file) => _file = file;

    /// <summary>Bytes so far.</summary>
    public long Length => _file.Position;

    /// <summary>Opens a log at its first <paramref name="length"/> bytes, making it if absent.</summary>
    /// <exception cref="FathomException">It is shorter than that, or cannot be written.</exception>
    public static MetricsLog Open(string path, long length)
    {
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            if (file.Length is var there && there < length)
            {
                file.Dispose();
                throw new FathomException($"{path}: has {there} bytes, the checkpoint was made when it had {length}: it was changed; train anew in another folder");
            }

            file.SetLength(length);
            file.Position = length;
            return new MetricsLog(file);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or DirectoryNotFoundException)
        {
            throw new FathomException($"{path}: cannot be written: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

    /// <summary>Adds a line; numbers JSON lacks are null.</summary>
    public void Append(JsonObject line)
    {
        _file.Write(Encoding.UTF8.GetBytes(line.ToJsonString(OneLine) + "\n"));
        _file.Flush();
    }

    /// <summary>Brings everything to the disk.</summary>
    public void Flush() => _file.Flush(flushToDisk: true);

    public void Dispose() => _file.Dispose();
}
