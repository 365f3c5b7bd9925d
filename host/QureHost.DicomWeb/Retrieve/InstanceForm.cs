using QureHost.Archive;
using QureHost.Dicom;
using QureHost.DicomWeb.Negotiation;

namespace QureHost.DicomWeb.Retrieve;

/// <summary>Which transfer syntax each instance leaves in (PS3.18 §8.7.3.5).</summary>
internal sealed class InstanceForm
{
    private readonly string?[] _wanted; // UID, "*", or null: explicit little endian where that can be made

    private InstanceForm(string?[] wanted) => _wanted = wanted;

    public static InstanceForm Of(AcceptList accept, Offer offer) => new(
    [
        .. accept.Ranges
            .Where(r => r.Quality > 0 && r.Closeness(offer.Type, offer.Multipart) > 0)
            .Select(r => r is { IsAnything: true, TransferSyntax: null } || offer.Type == MediaTypes.Zip ? "*" : r.TransferSyntax)
            .Distinct(),
    ]);

    /// <summary>True: as it is stored; false: converted to explicit little endian; null: none of what the client takes.</summary>
    public bool? IsAsStored(InstanceRow row)
    {
        foreach (var wanted in _wanted)
        {
            if (wanted == "*" || wanted == row.TransferSyntaxUid)
            {
                return true;
            }

            if ((wanted is null || wanted == TransferSyntax.ExplicitLittleEndian.Uid) && row.TransferSyntaxUid != TransferSyntax.ExplicitLittleEndian.Uid)
            {
                if (PixelSource.CanConvert(row))
                {
                    return false;
                }

                if (wanted is null)
                {
                    return true; // better the object in a form that nobody ruled out than no object
                }
            }
            else if (wanted is null)
            {
                return true;
            }
        }

        return null;
    }
}
