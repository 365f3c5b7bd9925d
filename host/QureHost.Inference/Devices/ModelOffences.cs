using QureHost.Sdk;

namespace QureHost.Inference;

/// <summary>Which models ended their device's process. After the third time a model is held back for a while, so that it does not keep the device from all others.</summary>
internal sealed class ModelOffences(TimeProvider time, TimeSpan holdBack)
{
    private const int Most = 3;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Count, long Last, string How)> _offences = new(StringComparer.Ordinal);

    public void Add(string sha256, string how)
    {
        lock (_gate)
        {
            _offences[sha256] = (_offences.GetValueOrDefault(sha256).Count + 1, time.GetTimestamp(), how);
        }
    }

    /// <exception cref="ModelUnavailableException">The model is held back.</exception>
    public void Check(string sha256, string label)
    {
        lock (_gate)
        {
            if (_offences.TryGetValue(sha256, out var known) && known.Count >= Most && time.GetElapsedTime(known.Last) < holdBack)
            {
                throw new ModelUnavailableException($"Model '{label}' is held back for {holdBack.TotalMinutes:0.#} minutes: it ended its device's process {known.Count} times, last because {known.How}.");
            }
        }
    }
}
