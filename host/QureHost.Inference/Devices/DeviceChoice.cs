using QureHost.Onnx;

namespace QureHost.Inference;

/// <summary>
/// What to start next: CUDA that was lost once is tried again, in a new process; lost again within the hour, its models run
/// on the CPU until an hour has passed.
/// </summary>
internal sealed class DeviceChoice(Accelerator wanted, TimeProvider time)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly Queue<long> _losses = [];

    public Accelerator Next()
    {
        Forget();
        return wanted != Accelerator.Cpu && _losses.Count >= 2 ? Accelerator.Cpu : wanted;
    }

    /// <summary>A device's process ended with that code.</summary>
    public void Ended(string device, int code)
    {
        if (device != "cpu" && code == DeviceExit.AcceleratorLost)
        {
            _losses.Enqueue(time.GetTimestamp());
        }
    }

    private void Forget()
    {
        while (_losses.TryPeek(out var at) && time.GetElapsedTime(at) > Hour)
        {
            _losses.Dequeue();
        }
    }
}
