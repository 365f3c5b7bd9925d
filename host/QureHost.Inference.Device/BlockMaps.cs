using QureHost.Processes;

namespace QureHost.Inference.Device;

/// <summary>Keeps the mapping of the block that the host used last: it uses the same one until it needs a larger.</summary>
internal sealed class BlockMaps(bool writable) : IDisposable
{
    private SharedBlock? _block;

    public SharedBlock Get(BlockName name)
    {
        if (_block is null || _block.Path != name.Path || _block.Length != name.Length)
        {
            _block?.Dispose();
            _block = null;
            _block = SharedBlock.Open(name.Path, name.Length, writable);
        }

        return _block;
    }

    public void Dispose() => _block?.Dispose();
}
