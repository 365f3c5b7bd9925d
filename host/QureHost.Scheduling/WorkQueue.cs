using QureHost.Sdk.Manifests;

namespace QureHost.Scheduling;

/// <summary>A work in the queue, with the lane and due time that count for it now.</summary>
internal sealed class QueuedWork(Work work, TimeSpan submitted)
{
    public Work Work { get; } = work;

    public Lane Lane { get; set; } = work.Lane;

    public TimeSpan Due { get; set; } = work.Due;

    /// <summary>When it entered its present lane.</summary>
    public TimeSpan Since { get; set; } = submitted;

    public TimeSpan Submitted { get; } = submitted;
}

/// <summary>One lane's queue. The order of <see cref="InOrder"/> is the order of service.</summary>
internal abstract class WorkQueue
{
    protected static readonly Comparer<QueuedWork> EarliestDue = Comparer<QueuedWork>.Create((a, b) =>
    {
        var byDue = a.Due.CompareTo(b.Due);
        return byDue != 0 ? byDue : a.Work.Id.CompareTo(b.Work.Id);
    });

    public abstract void Add(QueuedWork work);

    public abstract void Remove(QueuedWork work);

    public abstract IEnumerable<QueuedWork> InOrder();

    /// <summary>Charges seconds of service to the one served.</summary>
    public abstract void Charge(string site, string product, double seconds);
}

/// <summary>Earliest deadline first: Stat and Urgent.</summary>
internal sealed class DeadlineQueue : WorkQueue
{
    private readonly SortedSet<QueuedWork> _works = new(EarliestDue);

    public override void Add(QueuedWork work) => _works.Add(work);

    public override void Remove(QueuedWork work) => _works.Remove(work);

    public override IEnumerable<QueuedWork> InOrder() => _works;

    public override void Charge(string site, string product, double seconds)
    {
        // No shares here: what is urgent goes by its deadline.
    }
}

/// <summary>
/// Fair shares: the site that had the least service comes first, within it the product that had the least, within that
/// the earliest deadline. One who was away gets no credit for it (start-time fair queueing, Goyal et al. 1996).
/// </summary>
internal sealed class FairQueue : WorkQueue
{
    private readonly Level _sites = new();

    public override void Add(QueuedWork work)
    {
        var site = _sites.Enter(work.Work.Site);
        var product = site.Products.Enter(work.Work.Product);
        site.Count++;
        product.Count++;
        product.Works.Add(work);
    }

    public override void Remove(QueuedWork work)
    {
        var site = _sites.Shares[work.Work.Site];
        var product = site.Products.Shares[work.Work.Product];
        if (product.Works.Remove(work))
        {
            product.Count--;
            site.Count--;
        }
    }

    public override IEnumerable<QueuedWork> InOrder() =>
        from site in _sites.InOrder()
        from product in site.Products.InOrder()
        from work in product.Works
        select work;

    public override void Charge(string site, string product, double seconds) =>
        _sites.Charge(site, seconds)?.Products.Charge(product, seconds);

    private sealed class Share
    {
        public double Served { get; set; }

        public int Count { get; set; }

        public Level Products { get; } = new();

        public SortedSet<QueuedWork> Works { get; } = new(EarliestDue);
    }

    private sealed class Level
    {
        /// <summary>The virtual time: where the share that was last served stood when it was.</summary>
        private double _virtual;

        public SortedDictionary<string, Share> Shares { get; } = new(StringComparer.Ordinal);

        public IEnumerable<Share> InOrder() => Shares.Values.Where(s => s.Count > 0).OrderBy(s => s.Served);

        public Share Enter(string key)
        {
            if (!Shares.TryGetValue(key, out var share))
            {
                Shares[key] = share = new Share();
            }

            if (share.Count == 0)
            {
                share.Served = Math.Max(share.Served, _virtual);
            }

            return share;
        }

        public Share? Charge(string key, double seconds)
        {
            if (!Shares.TryGetValue(key, out var share))
            {
                return null;
            }

            _virtual = Math.Max(_virtual, share.Served);
            share.Served += seconds;
            return share;
        }
    }
}
