using System.Net;

namespace QureHost.Dicom.Network.Server;

/// <summary>
/// Counts associations by calling AE title and address, and keeps the connections without one in order of age: a connection
/// that only sits there never takes a place from one that works.
/// </summary>
internal sealed class AssociationTable(DimseServerOptions options)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Connection> _loose = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private readonly Dictionary<string, int> _byAe = new(StringComparer.Ordinal);
    private int _associated;

    public int Associated
    {
        get
        {
            lock (_lock)
                return _associated;
        }
    }

    /// <summary>Takes in a new connection; returns one to be closed for it, or null.</summary>
    public Connection? Add(Connection connection)
    {
        lock (_lock)
        {
            var oldest = _loose.Count >= options.MaxLooseConnections ? _loose.First!.Value : null;
            if (oldest is not null)
                _loose.RemoveFirst();
            connection.Place = _loose.AddLast(connection);
            return oldest;
        }
    }

    /// <summary>Turns a connection into an association, where the limits allow.</summary>
    public bool TryAssociate(Connection connection, string callingAe, int? aeLimit)
    {
        var address = connection.Remote.Address;
        lock (_lock)
        {
            if (_associated >= options.MaxAssociations
                || _byAddress.GetValueOrDefault(address) >= options.MaxAssociationsPerAddress
                || _byAe.GetValueOrDefault(callingAe) >= (aeLimit ?? int.MaxValue))
            {
                return false;
            }

            Unlink(connection);
            connection.CallingAe = callingAe;
            _associated++;
            _byAddress[address] = _byAddress.GetValueOrDefault(address) + 1;
            _byAe[callingAe] = _byAe.GetValueOrDefault(callingAe) + 1;
            return true;
        }
    }

    /// <summary>The association is over; the connection lives on until its peer closes.</summary>
    public void Dissociate(Connection connection)
    {
        lock (_lock)
        {
            if (connection.CallingAe is not { } ae)
                return;
            connection.CallingAe = null;
            _associated--;
            Decrement(_byAddress, connection.Remote.Address);
            Decrement(_byAe, ae);
            connection.Place = _loose.AddLast(connection);
        }
    }

    public void Remove(Connection connection)
    {
        lock (_lock)
            Unlink(connection);
    }

    private void Unlink(Connection connection)
    {
        if (connection.Place?.List is not null)
            _loose.Remove(connection.Place);
        connection.Place = null;
    }

    private static void Decrement<T>(Dictionary<T, int> counts, T key)
        where T : notnull
    {
        if (--counts[key] == 0)
            counts.Remove(key);
    }

    internal sealed class Connection(IPEndPoint remote, Action close)
    {
        public IPEndPoint Remote => remote;

        public LinkedListNode<Connection>? Place { get; set; }

        public string? CallingAe { get; set; }

        public void Close() => close();
    }
}
