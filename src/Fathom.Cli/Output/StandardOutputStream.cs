using System.Runtime.InteropServices;

namespace Fathom.Cli.Output;

/// <summary>
/// Standard output of a Unix process that tells a reader gone from other failures: the console's own stream swallows that, and a
/// long command would go on working for nobody. (A <see cref="FileStream"/> will not do: on a redirected file it writes at its
/// own offset, over what others wrote.)
/// </summary>
internal sealed partial class StandardOutputStream : Stream
{
    private const int Interrupted = 4;
    private const int BrokenPipe = 32;
    private const int StandardOutput = 1;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Standard output of this process on any system.</summary>
    public static Stream Open() => OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardOutputStream();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var written = Write(StandardOutput, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    break;
                case BrokenPipe:
                    throw new PipeClosedException();
                case var error:
                    throw new IOException("standard output: " + Marshal.GetPInvokeErrorMessage(error), error);
            }
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, ref byte bytes, nuint count);
}
