using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace QureHost.Processes;

/// <summary>A mapped file as memory. The mapping lasts until it is disposed and nobody pins it.</summary>
internal sealed unsafe class MappedMemory : MemoryManager<byte>
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly int _length;
    private byte* _start;

    /// <param name="handle">An open file of at least that length: a mapping that outruns its file is a SIGBUS when touched.</param>
    /// <param name="length">Bytes to map.</param>
    /// <param name="writable">False: writing to it is a fault.</param>
    public MappedMemory(SafeFileHandle handle, int length, bool writable)
    {
        _length = length;
        var access = writable ? MemoryMappedFileAccess.ReadWrite : MemoryMappedFileAccess.Read;
        _file = MemoryMappedFile.CreateFromFile(handle, mapName: null, length, access, HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, length, access);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_start is null, "shared memory whose lease has ended");
        return new Span<byte>(_start, _length);
    }

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ObjectDisposedException.ThrowIf(_start is null, "shared memory whose lease has ended");
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)_length);
        var taken = false;
        _view.SafeMemoryMappedViewHandle.DangerousAddRef(ref taken); // unmapped after the last pin, not under it
        return new MemoryHandle(Unsafe.Add<byte>(_start, elementIndex), pinnable: this);
    }

    /// <inheritdoc/>
    public override void Unpin() => _view.SafeMemoryMappedViewHandle.DangerousRelease();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_start is null)
        {
            return;
        }

        _start = null;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
