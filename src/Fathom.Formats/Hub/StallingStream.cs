namespace Fathom.Formats.Hub;

/// <summary>A download's body whose reads fail when no byte comes for the allowed time, instead of waiting for ever.</summary>
internal sealed class StallingStream(Stream inner, HubSettings settings) : IDisposable
{
    /// <summary>The next bytes; 0 at the end.</summary>
    /// <exception cref="IOException">The connection failed or stalled.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(settings.StallTimeout, settings.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        try
        {
            return await inner.ReadAsync(into, both.Token);
        }
        catch (OperationCanceledException late) when (!stop.IsCancellationRequested)
        {
            throw new IOException($"no byte came for {settings.StallTimeout.TotalSeconds:F0} s", late);
        }
    }

    public void Dispose() => inner.Dispose();
}
