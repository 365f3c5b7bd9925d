using Microsoft.AspNetCore.Http;

namespace QureHost.DicomWeb.Negotiation;

/// <summary>What a request's client takes, best first; equal weights in the order in which the client names them.</summary>
public sealed class AcceptList
{
    private AcceptList(IReadOnlyList<AcceptRange> ranges) => Ranges = ranges;

    public IReadOnlyList<AcceptRange> Ranges { get; }

    /// <summary>The query parameter <c>accept</c> goes before the header (PS3.18 §8.3.3.1): a link in a page can set no header.</summary>
    public static AcceptList Of(HttpRequest request)
    {
        // A plus sign that is not percent-encoded arrives as a space.
        var query = request.Query["accept"].ToString().Replace("dicom json", "dicom+json").Replace("dicom xml", "dicom+xml");
        return Parse(query.Length > 0 ? query : request.Headers.Accept.ToString());
    }

    public static AcceptList Parse(string? header)
    {
        if (string.IsNullOrWhiteSpace(header))
        {
            return new AcceptList([AcceptRange.Anything]);
        }

        var ranges = MediaType.ParseList(header).Select(AcceptRange.From).OrderByDescending(r => r.Quality).ToArray();
        return new AcceptList(ranges);
    }

    /// <summary>
    /// The best of the offers, which stand in the server's own order; null: 406. A greater weight wins, then being named over
    /// <c>*/*</c>, then the server's order: so <c>image/webp,image/*,*/*;q=0.8</c> of a browser gets what is fastest to make.
    /// </summary>
    public Offer? Choose(params ReadOnlySpan<Offer> offers)
    {
        Offer? best = null;
        var (bestQuality, bestCloseness) = (0.0, 0);
        foreach (var offer in offers)
        {
            var (quality, closeness) = (0.0, 0);
            foreach (var range in Ranges)
            {
                var close = range.Closeness(offer.Type, offer.Multipart);
                if (close > closeness)
                {
                    (quality, closeness) = (range.Quality, close); // the most specific range speaks for an offer, RFC 9110 §12.5.1
                }
            }

            if (quality > bestQuality || (quality == bestQuality && quality > 0 && closeness > bestCloseness))
            {
                (best, bestQuality, bestCloseness) = (offer, quality, closeness);
            }
        }

        return best;
    }
}
