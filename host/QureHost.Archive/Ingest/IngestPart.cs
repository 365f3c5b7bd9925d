using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace QureHost.Archive;

/// <summary>
/// One instance of a group, written in pieces: pooled memory while it is small, its own file beyond. Either completed,
/// or disposed and forgotten.
/// </summary>
public sealed class IngestPart : IAsyncDisposable
{
    private const int FirstBuffer = 64 << 10;
    private const int SecondBuffer = 1 << 20;
    private readonly IngestGroup group;
    private readonly IngestContext context;
    private byte[]? buffer;
    private long held;
    private int used;
    private SafeFileHandle? file;
    private string? objectPath;
    private long written;
    private ArchiveException? failure;
    private bool ended;

    private readonly long expected;

    internal IngestPart(IngestGroup group, IngestContext context, long expected)
    {
        this.expected = expected;
        this.group = group;
        this.context = context;
    }

    /// <summary>Bytes taken so far.</summary>
    public long Length { get; private set; }

    /// <summary>Appends bytes of the Part 10 stream; they are the caller's again on return.</summary>
    /// <remarks>Where the disk fails, the rest is taken and dropped: the failure is the part's outcome.</remarks>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        ct.ThrowIfCancellationRequested();
        Length += bytes.Length;
        if (bytes.IsEmpty || failure is not null)
            return;
        if (buffer is null)
            await RentFirstAsync(bytes.Length).ConfigureAwait(false);
        if (file is null && !Grow(bytes.Length))
            Begin();
        while (!bytes.IsEmpty && failure is null)
        {
            var take = Math.Min(bytes.Length, buffer!.Length - used);
            bytes[..take].CopyTo(buffer.AsMemory(used));
            used += take;
            bytes = bytes[take..];
            if (!bytes.IsEmpty)
                await FlushAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The part is whole: it is parsed and goes to disk; its outcome comes with the group's commit.</summary>
    public async ValueTask CompleteAsync(CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        if (file is not null && failure is null)
            await FlushAsync().ConfigureAwait(false);
        if (failure is not null)
        {
            group.Add(IngestSlot.Refused(IngestContext.ReasonOf(failure), failure.Message));
            Release();
        }
        else if (file is null)
        {
            group.Add(CompleteInMemory());
        }
        else
        {
            group.Add(await CompleteInFileAsync(ct).ConfigureAwait(false));
        }

        ended = true;
    }

    /// <summary>Forgets the part unless it was completed.</summary>
    public ValueTask DisposeAsync()
    {
        if (!ended)
        {
            ended = true;
            Release();
        }

        return ValueTask.CompletedTask;
    }

    private IngestSlot CompleteInMemory()
    {
        var slot = InstanceReader.Read(buffer.AsMemory(0, used), group, out var head);
        if (slot.Instance is null)
        {
            Release();
            return slot;
        }

        try
        {
            slot.ObjectPath = context.NewObject(group.Site);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Release();
            var archive = IngestContext.FailureOf(e);
            return IngestSlot.Refused(IngestContext.ReasonOf(archive), archive.Message);
        }

        slot.Length = head.Replacement.Length + used - head.Skip;
        // From here the buffer is the disk's.
        var (bytes, count, budget) = (buffer!, used, held);
        (buffer, held) = (null, 0);
        slot.OnDisk = context.Disk.RunAsync(() =>
        {
            try
            {
                return context.WriteObject(slot.ObjectPath, head.Replacement, bytes.AsSpan(head.Skip, count - head.Skip));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(bytes);
                context.Budget.Give(budget);
            }
        });
        return slot;
    }

    private async ValueTask<IngestSlot> CompleteInFileAsync(CancellationToken ct)
    {
        ReturnBuffer();
        var slot = await InstanceReader.ReadAsync(file!, written, group, ct).ConfigureAwait(false);
        if (slot.Instance is null)
        {
            Release();
            return slot;
        }

        slot.ObjectPath = objectPath;
        slot.Length = written;
        var open = file!;
        file = null;
        slot.OnDisk = context.Disk.RunAsync(() => context.SyncObject(slot.ObjectPath!, open));
        return slot;
    }

    private async ValueTask RentFirstAsync(int bytes)
    {
        var size = Math.Max(bytes, expected) <= FirstBuffer ? FirstBuffer : Math.Min(SecondBuffer, context.Options.InMemoryBytes);
        await context.Budget.TakeAsync(size).ConfigureAwait(false);
        held = size;
        buffer = ArrayPool<byte>.Shared.Rent(size);
    }

    /// <summary>Makes room for more in memory; false where the part is to go on in its file: too large, or no memory free.</summary>
    private bool Grow(int bytes)
    {
        var need = (long)used + bytes;
        if (need <= buffer!.Length && need <= context.Options.InMemoryBytes)
            return true;
        if (need > context.Options.InMemoryBytes)
            return false;
        var size = need <= SecondBuffer ? Math.Min(SecondBuffer, context.Options.InMemoryBytes) : context.Options.InMemoryBytes;
        if (!context.Budget.TryTake(size - held))
            return false;
        held = size;
        var larger = ArrayPool<byte>.Shared.Rent(size);
        buffer.AsSpan(0, used).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
        return true;
    }

    private void Begin()
    {
        try
        {
            objectPath = context.NewObject(group.Site);
            file = context.CreateObject(objectPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failure = IngestContext.FailureOf(e);
        }
    }

    private async ValueTask FlushAsync()
    {
        var (count, at) = (used, written);
        used = 0;
        written += count;
        try
        {
            await context.Disk.RunAsync(() =>
            {
                context.KeepReserve();
                context.Write(file!, buffer.AsSpan(0, count), at);
                return true;
            }).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failure = IngestContext.FailureOf(e);
        }
    }

    private void ReturnBuffer()
    {
        if (buffer is null)
            return;
        ArrayPool<byte>.Shared.Return(buffer);
        context.Budget.Give(held);
        (buffer, held) = (null, 0);
    }

    private void Release()
    {
        ReturnBuffer();
        file?.Dispose();
        file = null;
        if (objectPath is not null)
            context.Remove(objectPath);
    }
}
