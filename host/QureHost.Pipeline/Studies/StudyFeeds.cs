using System.Collections.Concurrent;

namespace QureHost.Pipeline;

/// <summary>Wakes those who watch a study when something about it was committed. Holds nothing of the study itself.</summary>
internal sealed class StudyFeeds
{
    private readonly ConcurrentDictionary<(string Site, string StudyUid), Feed> _feeds = new();

    public Feed Open(string site, string studyUid) => _feeds.AddOrUpdate(
        (site, studyUid),
        static key => new Feed(),
        static (_, feed) => feed.Share());

    public void Close(string site, string studyUid)
    {
        if (_feeds.TryGetValue((site, studyUid), out var feed) && feed.Leave())
        {
            _feeds.TryRemove(new KeyValuePair<(string, string), Feed>((site, studyUid), feed));
        }
    }

    public void Pulse(string site, string studyUid)
    {
        if (_feeds.TryGetValue((site, studyUid), out var feed))
        {
            feed.Pulse();
        }
    }

    /// <summary>A counter that can be waited on.</summary>
    internal sealed class Feed
    {
        private readonly Lock _gate = new();
        private TaskCompletionSource _changed = New();
        private long _version = 1;
        private int _users = 1;

        public long Version => Interlocked.Read(ref _version);

        public Feed Share()
        {
            Interlocked.Increment(ref _users);
            return this;
        }

        public bool Leave() => Interlocked.Decrement(ref _users) == 0;

        public void Pulse()
        {
            TaskCompletionSource changed;
            lock (_gate)
            {
                _version++;
                changed = _changed;
                _changed = New();
            }

            changed.SetResult();
        }

        /// <summary>Returns at once where the version is beyond <paramref name="seen"/>.</summary>
        public Task WaitAsync(long seen, CancellationToken ct)
        {
            lock (_gate)
            {
                return _version > seen ? Task.CompletedTask : _changed.Task.WaitAsync(ct);
            }
        }

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
