using System.Net;

namespace Fathom.Formats.Hub;

/// <summary>
/// Brings one file of the hub into the cache's <c>blobs</c>: into <c>HASH.incomplete</c> first, from where an earlier attempt
/// stopped, hashing as it writes; it gets its name when length and hash are right.
/// </summary>
internal sealed class BlobDownload(HubClient client, HubSettings settings, HubModelName model, string commit, HubFile file, string blob)
{
    /// <summary>End of the name of a blob that is not whole yet; the Python client's.</summary>
    public const string IncompleteSuffix = ".incomplete";

    // With less than this a round of attempts counts as having brought nothing: else a server could keep us for ever.
    private const long WorthAnotherRound = 1 << 20;
    private readonly byte[] _piece = new byte[1 << 17];
    private long _received;

    /// <summary>Told the number of bytes that came (negative where some had to be thrown away).</summary>
    public Action<long>? OnBytes { get; init; }

    /// <summary>Told what is waited for.</summary>
    public Action<string>? OnNote { get; init; }

    private long Size => file.Bytes!.Value;

    /// <summary>Downloads. The caller holds the blob's lock.</summary>
    /// <returns>Bytes that came over the network.</returns>
    /// <exception cref="FathomException">The hub refuses, gives wrong bytes twice, or the disk is full.</exception>
    public async Task<long> RunAsync(CancellationToken stop)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
            var incomplete = blob + IncompleteSuffix;
            for (var attempt = 0; ; attempt++)
            {
                await using (var target = new FileStream(incomplete, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1, FileOptions.Asynchronous))
                {
                    using var hash = new ContentHash(file.Hash!, Size);
                    await TakeUp(target, hash, stop);
                    await Fill(target, hash, stop);
                    if (string.Equals(hash.Finish(), hash.Expected, StringComparison.Ordinal))
                    {
                        target.Flush(flushToDisk: true);
                        break;
                    }

                    target.SetLength(0);
                    OnBytes?.Invoke(-Size);
                }

                // The first part may have been another's, or from before a crash: once more from the start, then it is the hub's fault.
                if (attempt == 1) throw new FathomException($"{model}: {file.Path}: what comes does not have the hash the hub promises ({file.Hash}), twice; a proxy may change it: try another network or HF_ENDPOINT");
                OnNote?.Invoke($"{file.Path}: wrong hash; downloading it again from the start");
            }

            File.Move(incomplete, blob, overwrite: true);
            DurableFolder.Flush(Path.GetDirectoryName(blob));
            return _received;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotWrite(blob, failure);
        }
    }

    // Hashes what an earlier attempt left.
    private async Task TakeUp(FileStream target, ContentHash hash, CancellationToken stop)
    {
        if (target.Length > Size) target.SetLength(0);
        target.Position = 0;
        for (int read; (read = await target.ReadAsync(_piece, stop)) > 0;)
        {
            hash.Append(_piece.AsSpan(0, read));
            OnBytes?.Invoke(read);
        }
    }

    private async Task Fill(FileStream target, ContentHash hash, CancellationToken stop)
    {
        var pipeline = HubRetry.Create(settings, OnNote);
        while (target.Position < Size)
        {
            var before = _received;
            try
            {
                await pipeline.ExecuteAsync(token => Attempt(target, hash, token), stop);
            }
            catch (HubTransientException failure) when (_received - before >= WorthAnotherRound && failure.RetryAfter is null)
            {
                OnNote?.Invoke($"{failure.Message}; going on at byte {target.Position}");
            }
        }
    }

    // One request; whatever it brings is kept.
    private async ValueTask Attempt(FileStream target, ContentHash hash, CancellationToken stop)
    {
        if (target.Position == Size) return;
        using var answer = await client.OpenAsync(model, commit, file.Path, target.Position, stop);
        if (target.Position > 0 && !GoesOn(answer, target.Position))
        {
            // The whole file comes, or there is no such byte: what is here cannot be gone on with.
            OnBytes?.Invoke(-target.Position);
            target.SetLength(0);
            hash.Finish();
            if (answer.StatusCode != HttpStatusCode.OK) throw new HubTransientException($"{model}: {file.Path}: the server does not go on where the download stopped; starting over", retryAfter: TimeSpan.Zero);
        }

        var left = Size - target.Position;
        if (target.Position == 0 && answer.StatusCode != HttpStatusCode.OK) throw new HubTransientException($"{model}: {file.Path}: the server answers {(int)answer.StatusCode} where the whole file was asked for");
        if (answer.Content.Headers.ContentLength is { } length && length != left) throw new FathomException($"{model}: {file.Path}: the server sends {length} bytes where the hub promises {left}; a proxy may be in between: try another network or HF_ENDPOINT");
        using var body = new StallingStream(await answer.Content.ReadAsStreamAsync(stop), settings);
        await CopyAsync(body, target, hash, stop);
    }

    private static bool GoesOn(HttpResponseMessage answer, long start) => answer.StatusCode == HttpStatusCode.PartialContent && answer.Content.Headers.ContentRange is { HasRange: true } range && range.From == start;

    private async Task CopyAsync(StallingStream body, FileStream target, ContentHash hash, CancellationToken stop)
    {
        while (true)
        {
            var read = await client.Guarded(model, file.Path, async () => await body.ReadAsync(_piece, stop), stop);
            if (read == 0) break;
            if (read > Size - target.Position) throw new FathomException($"{model}: {file.Path}: the server sends more than the {Size} bytes the hub promises; try another network or HF_ENDPOINT");
            await target.WriteAsync(_piece.AsMemory(0, read), stop);
            hash.Append(_piece.AsSpan(0, read));
            _received += read;
            OnBytes?.Invoke(read);
        }

        if (target.Position < Size) throw new HubTransientException($"{model}: {file.Path}: the connection ended at byte {target.Position} of {Size}");
    }
}
