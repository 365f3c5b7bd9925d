using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using QureHost.Dicom.Network.Client;
using QureHost.Dicom.Network.UpperLayer;

namespace QureHost.Dicom.Network.Tests;

public sealed class TlsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_encrypted_association_stores_and_a_plain_one_is_not_served()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var server = new TestServer(o => o with
        {
            Tls = new SslServerAuthenticationOptions { ServerCertificate = certificate },
        });
        var peer = new DimsePeer("127.0.0.1", server.Port, "QUREHOST", "TEST");

        await using var client = await server.ConnectAsync(peer with
        {
            Tls = new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, theirs, _, _) => theirs?.GetCertHashString() == certificate.GetCertHashString() },
        });
        var outcome = await client.StoreAsync(Wire.Ct, "1.2.3", Wire.ExplicitLittleEndian, new MemoryStream(new byte[500_000]), Ct);
        await client.ReleaseAsync(Ct);

        Assert.Equal(0, outcome.Status);
        Assert.Single(server.Sink.Stored);
        await Assert.ThrowsAnyAsync<AssociationException>(() => server.ConnectAsync(peer));
    }
}
