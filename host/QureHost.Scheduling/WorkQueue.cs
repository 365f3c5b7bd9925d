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

    /// <summary>Its place within a product's share: its due time, or earlier where little of its job is left.</summary>
    public TimeSpan Rank { get; init; } = work.Due;
}

/// <summary>One lane's queue. The order of <see cref="InOrder"/> is the order of service.</summary>
internal abstract class WorkQueue
{
    protected static readonly Comparer<QueuedWork> EarliestDue = Comparer<QueuedWork>.Create((a, b) =>
    {
        var byDue = a.Due.CompareTo(b.Due);
        return byDue != 0 ? byDue : a.Work.Id.CompareTo(b.Work.Id);
    });

    protected static readonly Comparer<QueuedWork> FirstRank = Comparer<QueuedWork>.Create((a, b) =>
    {
        var byRank = a.Rank.CompareTo(b.Rank);
        return byRank != 0 ? byRank : a.Work.Id.CompareTo(b.Work.Id);
    });

    public abstract int Count { get; }

    public abstract void Add(QueuedWork work);

    public abstract void Remove(QueuedWork work);

    public abstract IEnumerable<QueuedWork> InOrder();

    /// <summary>Charges seconds of service to the one served.</summary>
    /// <param name="site">Whose.</param>
    /// <param name="product">Which product's.</param>
    /// <param name="seconds">How long; negative where it was less than was charged before.</param>
    /// <param name="begins">It is a service that begins, and no correction of one that ended.</param>
    public abstract void Charge(string site, string product, double seconds, bool begins);
}

/// <summary>Earliest deadline first: Stat and Urgent.</summary>
internal sealed class DeadlineQueue : WorkQueue
{
    private readonly SortedSet<QueuedWork> _works = new(EarliestDue);

    public override int Count => _works.Count;

    public override void Add(QueuedWork work) => _works.Add(work);

    public override void Remove(QueuedWork work) => _works.Remove(work);

    public override IEnumerable<QueuedWork> InOrder() => _works;

    public override void Charge(string site, string product, double seconds, bool begins)
    {
        // No shares here: what is urgent goes by its deadline.
    }
}

/// <summary>
/// Fair shares: the site that had the least service comes first, within it the product that had the least, within that
/// the one whose due time or fair wait is over first: a short job may wait less than a long one, and none for ever, since
/// its rank stands while the clock goes on. One who was away gets no credit for it (start-time fair queueing, Goyal et al. 1996). Turns last a
/// while: taking turns tile by tile would end all jobs late instead of half of them early.
/// </summary>
internal sealed class FairQueue(double turnSeconds) : WorkQueue
{
    private readonly Level _sites = new(turnSeconds);
    private int _count;

    public override int Count => _count;

    public override void Add(QueuedWork work)
    {
        var site = _sites.Enter(work.Work.Site, turnSeconds);
        var product = site.Products.Enter(work.Work.Product, turnSeconds);
        site.Count++;
        product.Count++;
        product.Works.Add(work);
        _count++;
    }

    public override void Remove(QueuedWork work)
    {
        var site = _sites.Shares[work.Work.Site];
        var product = site.Products.Shares[work.Work.Product];
        if (product.Works.Remove(work))
        {
            product.Count--;
            site.Count--;
            _count--;
        }
    }

    public override IEnumerable<QueuedWork> InOrder()
    {
        foreach (var site in _sites.InOrder())
        {
            foreach (var product in site.Products.InOrder())
            {
                foreach (var work in product.Works)
                {
                    yield return work;
                }
            }
        }
    }

    public override void Charge(string site, string product, double seconds, bool begins) =>
        _sites.Charge(site, seconds, begins)?.Products.Charge(product, seconds, begins);

    private sealed class Share(double turnSeconds)
    {
        public double Served { get; set; }

        public int Count { get; set; }

        public Level Products { get; } = new(turnSeconds);

        public SortedSet<QueuedWork> Works { get; } = new(FirstRank);
    }

    private sealed class Level(double turnSeconds)
    {
        /// <summary>Whose turn it is, and how long it was served in it.</summary>
        private (Share? Share, double Served) _turn;

        /// <summary>The virtual time: where the share that was last served stood when it was.</summary>
        private double _virtual;

        public SortedDictionary<string, Share> Shares { get; } = new(StringComparer.Ordinal);

        /// <summary>Those with works: whose turn it is, then the least served; by name where they are equal.</summary>
        public IEnumerable<Share> InOrder()
        {
            Share? only = null;
            List<Share>? several = null;
            foreach (var share in Shares.Values)
            {
                if (share.Count > 0)
                {
                    if (only is null)
                    {
                        only = share;
                    }
                    else
                    {
                        (several ??= [only]).Add(share);
                    }
                }
            }

            return several is not null ? several.OrderBy(s => s == _turn.Share ? double.NegativeInfinity : s.Served) : only is not null ? [only] : [];
        }

        public Share Enter(string key, double turn)
        {
            if (!Shares.TryGetValue(key, out var share))
            {
                Shares[key] = share = new Share(turn);
            }

            if (share.Count == 0)
            {
                share.Served = Math.Max(share.Served, _virtual);
            }

            return share;
        }

        public Share? Charge(string key, double seconds, bool begins)
        {
            if (!Shares.TryGetValue(key, out var share))
            {
                return null;
            }

            _virtual = Math.Max(_virtual, share.Served);
            share.Served += seconds;
            if (share == _turn.Share)
            {
                _turn.Served += seconds;
            }
            else if (begins && _turn.Share is not { Count: > 0 })
            {
                _turn = (share, seconds);
            }

            if (_turn.Served >= turnSeconds)
            {
                _turn = default;
            }

            return share;
        }
    }
}
