using QureHost.Inference;
using QureHost.Onnx;
using QureHost.Processes;

namespace QureHost.Products;

/// <summary>Where models run: in a process of their own, or in the host's for development.</summary>
internal static partial class DeviceServices
{
    /// <summary>The device's user, apart from those of workers: they cannot open its tensors.</summary>
    private const int DeviceUser = 64_000;

    private const long LargestBlocks = 4L << 30;

    public static IDevice Create(ServeOptions options, IServiceProvider services)
    {
        if (options.Isolation == Isolation.None)
        {
            return new InProcessDevice(Accelerator.Cpu);
        }

        var budget = Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4, LargestBlocks);
        var confinement = Confined(options, budget, services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(DeviceServices)));
        return new DeviceProcess(
            new DeviceProcessOptions
            {
                Program = Path.Combine(options.DeviceDirectory, "QureHost.Inference.Device.dll"),
                WorkingDirectory = Path.Combine(options.DataDirectory, "device"),
                Confinement = confinement,
            },
            new SharedMemory(BlockFolder(options, budget), budget, confinement.Gid),
            TimeProvider.System,
            services.GetRequiredService<ILogger<DeviceProcess>>());
    }

    private static string BlockFolder(ServeOptions options, long budget) => SharedMemory.DirectoryFor(options.DataDirectory, budget) + "-device";

    /// <summary>A user of its own where the host may give it one and that one could read what it needs.</summary>
    private static Confinement Confined(ServeOptions options, long budget, ILogger logger)
    {
        if (!Confinement.CanChangeUser)
        {
            return new Confinement();
        }

        var own = new Confinement(DeviceUser, DeviceUser);
        string[] folders =
        [
            options.DeviceDirectory,
            Path.GetDirectoryName(ChildOptions.DotNet) ?? "/",
            System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(),
            Path.GetDirectoryName(BlockFolder(options, budget))!,
        ];
        if (own.WhyNot(folders.Where(Directory.Exists)) is not { } reason)
        {
            return own;
        }

        LogSameUser(logger, reason);
        return new Confinement();
    }

    [LoggerMessage(EventId = 6201, Level = LogLevel.Warning, Message = "The device's process runs as the host's user: {Reason}")]
    private static partial void LogSameUser(ILogger logger, string reason);
}
