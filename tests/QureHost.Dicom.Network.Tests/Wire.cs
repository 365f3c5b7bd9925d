using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using QureHost.Dicom.Network.Dimse;
using QureHost.Dicom.Network.UpperLayer;

namespace QureHost.Dicom.Network.Tests;

/// <summary>Hand-made bytes of the wire (PS3.8 §9.3), and a bare socket to send them.</summary>
internal static class Wire
{
    public const string Ct = "1.2.840.10008.5.1.4.1.1.2";
    public const string ExplicitLittleEndian = "1.2.840.10008.1.2.1";

    public static ProposedContext Echo { get; } = new(1, "1.2.840.10008.1.1", ["1.2.840.10008.1.2"]);

    public static ProposedContext CtExplicit { get; } = new(3, Ct, [ExplicitLittleEndian]);

    /// <summary>A data set of one element, (0010,0020) LO, explicit little endian.</summary>
    public static byte[] PatientId(string id) => [0x10, 0, 0x20, 0, (byte)'L', (byte)'O', (byte)id.Length, 0, .. System.Text.Encoding.ASCII.GetBytes(id)];

    public static AssociateRequest Request(string calling = "TEST") => new() { CalledAe = "QUREHOST", CallingAe = calling, Contexts = [Echo, CtExplicit], MaxPduLength = 16384, ImplementationClassUid = "1.2.3" };

    public static byte[] Associate() => AssociateWriter.Request(Request());

    public static byte[] Pdu(byte type, byte[] body, uint? declared = null)
    {
        var pdu = new byte[6 + body.Length];
        pdu[0] = type;
        BinaryPrimitives.WriteUInt32BigEndian(pdu.AsSpan(2), declared ?? (uint)body.Length);
        body.CopyTo(pdu, 6);
        return pdu;
    }

    public static byte[] Data(byte context, byte control, byte[] value, uint? declared = null)
    {
        var pdv = new byte[6 + value.Length];
        BinaryPrimitives.WriteUInt32BigEndian(pdv, declared ?? (uint)(value.Length + 2));
        (pdv[4], pdv[5]) = (context, control);
        value.CopyTo(pdv, 6);
        return Pdu(4, pdv);
    }

    public static byte[] StoreCommand(string sopInstance, string sopClass = Ct) => CommandSet.Build()
        .Uid(0x0002, sopClass).UInt16(0x0100, 1).UInt16(0x0110, 7).UInt16(0x0700, 0).UInt16(0x0800, 1).Uid(0x1000, sopInstance)
        .ToCommandSet().Bytes.ToArray();

    public static byte[] Release() => Pdu(5, [0, 0, 0, 0]);

    /// <summary>All that a sender of one small instance ever says.</summary>
    public static byte[] WholeStore(string sopInstance, byte[] dataSet) =>
        [.. Associate(), .. Data(3, 3, StoreCommand(sopInstance)), .. Data(3, 0, dataSet[..4]), .. Data(3, 2, dataSet[4..]), .. Release()];

    /// <summary>Sends bytes, closes its side, and returns all that comes back until the server closes.</summary>
    public static async Task<byte[]> TalkAsync(int port, ReadOnlyMemory<byte> bytes, bool closeAfter = true)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, limit.Token);
        using var answer = new MemoryStream();
        try
        {
            await socket.SendAsync(bytes, SocketFlags.None, limit.Token);
            if (closeAfter)
                socket.Shutdown(SocketShutdown.Send);
            var buffer = new byte[4096];
            int count;
            while ((count = await socket.ReceiveAsync(buffer, SocketFlags.None, limit.Token)) > 0)
                answer.Write(buffer, 0, count);
        }
        catch (SocketException)
        {
            // Reset by a server that did not want the rest: also an end.
        }

        return answer.ToArray();
    }

    /// <summary>Types of the PDUs in an answer.</summary>
    public static List<byte> PduTypes(byte[] answer)
    {
        var types = new List<byte>();
        for (var at = 0; at < answer.Length; at += 6 + BinaryPrimitives.ReadInt32BigEndian(answer.AsSpan(at + 2)))
            types.Add(answer[at]);
        return types;
    }
}
