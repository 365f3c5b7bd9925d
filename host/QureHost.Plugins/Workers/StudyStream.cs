using QureHost.Plugins.Protocol;

namespace QureHost.Plugins;

/// <summary>An enumeration that a worker reads item by item.</summary>
internal sealed class StudyStream : IAsyncDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly IAsyncEnumerator<Item> _items;

    private StudyStream(IAsyncEnumerator<Item> items) => _items = items;

    public static StudyStream Of<T>(IAsyncEnumerable<T> source, Func<T, Item> item, CancellationToken ct) => new(Read(source, item, ct).GetAsyncEnumerator(ct));

    /// <summary>The next item; null at the end.</summary>
    public async ValueTask<Item?> NextAsync()
    {
        await _one.WaitAsync();   // an enumerator is asked by one at a time, whatever the worker does
        try
        {
            return await _items.MoveNextAsync() ? _items.Current : null;
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _one.WaitAsync();
        try
        {
            await _items.DisposeAsync();
        }
        finally
        {
            _one.Release();
        }
    }

    private static async IAsyncEnumerable<Item> Read<T>(IAsyncEnumerable<T> source, Func<T, Item> item, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var value in source.WithCancellation(ct))
        {
            yield return item(value);
        }
    }
}
