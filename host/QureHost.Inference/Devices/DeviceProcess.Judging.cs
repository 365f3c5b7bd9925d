using QureHost.Processes;
using QureHost.Sdk;

namespace QureHost.Inference;

/// <content>Who is to blame: a model that does not stop or that takes the process with it is told apart from those beside it.</content>
public sealed partial class DeviceProcess
{
    /// <summary>Waits for a reply within a limit. A model that is over it is told to stop, and ended with its process where it does not.</summary>
    private async Task<DeviceReply> InTimeAsync(DeviceConnection connection, Task<DeviceReply> asked, long id, string sha256, string label, TimeSpan limit, string what, CancellationToken ct)
    {
        try
        {
            await using (ct.UnsafeRegister(_ => connection.Post(new DeviceRequest.Cancel(id)), null))
            {
                return await asked.WaitAsync(limit, _time, CancellationToken.None);
            }
        }
        catch (TimeoutException)
        {
            var late = $"it did not {what} within {limit.TotalSeconds:0.#} s";
            throw new ModelUnavailableException(await StopAsync(connection, asked, id, sha256, label, late)
                ? $"Model '{label}' was stopped: {late}."
                : $"Model '{label}' was ended with its device's process: {late} and would not stop.");
        }
        catch (DeviceLostException e) when (e.Started)
        {
            throw await JudgeAsync(connection, sha256, label, e);
        }
    }

    /// <summary>True where the model stopped when told to; otherwise its process was ended.</summary>
    private async Task<bool> StopAsync(DeviceConnection connection, Task<DeviceReply> asked, long id, string sha256, string label, string late)
    {
        connection.Post(new DeviceRequest.Cancel(id));
        try
        {
            await asked.WaitAsync(_options.StopGrace, _time, CancellationToken.None);
            return true;
        }
        catch (TimeoutException)
        {
            _offences.Add(sha256, late);
            connection.End($"model '{label}' would not stop: {late}");
        }
        catch (DeviceLostException)
        {
            return false;
        }

        try
        {
            await asked;   // until the loss has been told
        }
        catch (DeviceLostException)
        {
        }

        return false;
    }

    private async Task<Exception> JudgeAsync(DeviceConnection connection, string sha256, string label, DeviceLostException loss)
    {
        var (exit, reason) = await connection.Ended;

        // A load beside a run is not suspected: it goes on after the restart, and shows itself then.
        var suspect = connection.Runs ?? sha256;
        if (suspect != sha256 || !BySelf(exit, connection.Misbehaved))
        {
            return loss;
        }

        _offences.Add(sha256, reason);
        return exit.OverMemory
            ? new ModelUnavailableException($"Model '{label}' was ended with its device's process: it took more memory than the device's budget of {MemoryBytes >> 20} MB.", loss)
            : loss;
    }

    /// <summary>False where someone else ended it: the host, an operator, the system; or its accelerator was lost.</summary>
    private static bool BySelf(ChildExit exit, bool misbehaved) =>
        misbehaved || exit.OverMemory || (!exit.Killed && exit.Signal != 9 && exit.Code != DeviceExit.AcceleratorLost);
}
