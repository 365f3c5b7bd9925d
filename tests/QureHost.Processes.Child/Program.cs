using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using QureHost.Processes;

// Where the one who starts it chooses the arguments, a file in its folder says what to do.
var kind = File.Exists("kind") ? File.ReadAllText("kind") : args[0];
switch (kind)
{
    case "silent":
        Thread.Sleep(Timeout.Infinite);
        break;
    case "ends-early":
        Console.Error.WriteLine("the model folder is missing");
        return 7;
    case "impostor":
        Speak("not the token", "");
        return 0;
    case "half-a-frame":
        Speak(Environment.GetEnvironmentVariable("QUREHOST_TOKEN")!, "confined").Send([100, 0, 0, 0, 1, 2, 3]);
        return 0;
    case "device-half":
        var socket = Speak(Environment.GetEnvironmentVariable("QUREHOST_TOKEN")!, "confined", FalseDevice.Hello);
        socket.Receive(new byte[10]);
        socket.Send([100, 0, 0, 0, 1, 2, 3]);
        return 0;
    case "garbage":
        Speak(Environment.GetEnvironmentVariable("QUREHOST_TOKEN")!, "confined").Send([0xff, 0xff, 0xff, 0xff, 1, 2, 3]);
        Thread.Sleep(Timeout.Infinite);
        break;
}

var channel = await ChildSide.ConnectAsync(CancellationToken.None);
switch (kind)
{
    case "echo":
        while (await channel.ReceiveAsync(CancellationToken.None) is { } frame)
        {
            await channel.SendAsync(frame, CancellationToken.None);
        }

        return 0;
    case "exit":
        return int.Parse(args[1], CultureInfo.InvariantCulture);
    case "thread-exception":
        new Thread(() => throw new InvalidOperationException("nobody catches this")).Start();
        Thread.Sleep(Timeout.Infinite);
        break;
    case "stack-overflow":
        Deeper(1);
        break;
    case "native-write":
        unsafe
        {
            *(int*)0x10 = 1;
            NativeMemory.Fill((void*)0x1000, 64, 1);
        }

        break;
    case "hog":
        unsafe
        {
            while (true)
            {
                NativeMemory.Fill(NativeMemory.Alloc(16 << 20), 16 << 20, 1);
                Thread.Sleep(5);
            }
        }

    case "managed-hog":
        var kept = new List<byte[]>();
        try
        {
            while (true)
            {
                kept.Add(GC.AllocateUninitializedArray<byte>(8 << 20));
                kept[^1].AsSpan().Fill(1);
            }
        }
        catch (OutOfMemoryException)
        {
            kept.Clear();
            await channel.SendAsync("out of memory"u8.ToArray(), CancellationToken.None);
        }

        break;
    case "chatter":
        for (var i = 0; i < 200_000; i++)
        {
            Console.Error.WriteLine($"line {i} of much");
            Console.Out.WriteLine("and more");
        }

        return 0;
    case "tells":
        await Send($"environment {string.Join(' ', Environment.GetEnvironmentVariables().Keys.Cast<string>().Order(StringComparer.Ordinal))}");
        await Send($"folder {Environment.CurrentDirectory}");
        foreach (var thread in Directory.EnumerateDirectories("/proc/self/task"))
        {
            var status = File.ReadAllLines(Path.Combine(thread, "status"));
            await Send($"thread {Line(status, "Uid:")} {Line(status, "Gid:")} {Line(status, "Groups:")} {Line(status, "NoNewPrivs:")}");
        }

        await Send($"limits {string.Join(' ', File.ReadLines("/proc/self/limits").Where(l => l.StartsWith("Max core", StringComparison.Ordinal) || l.StartsWith("Max open", StringComparison.Ordinal)).Select(l => l[26..47].Trim()))}");
        await Send("end");
        break;
    case "reads":
        await Send(Read(args[1], long.Parse(args[2], CultureInfo.InvariantCulture)));
        break;
    case "writes":
        await Send(Write(args[1], long.Parse(args[2], CultureInfo.InvariantCulture)));
        break;
    case "lists":
        await Send(List(args[1]));
        break;
    case "host":
        var own = await ChildProcess.StartAsync(
            ChildOptions.ForAssembly("grandchild", Path.Combine(AppContext.BaseDirectory, "QureHost.Processes.Child.dll"), args[1], "echo"),
            TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance,
            CancellationToken.None);
        await Send(own.Id.ToString(CultureInfo.InvariantCulture));
        break;
    case "grandchild":
        using (var sleeper = Process.Start("sleep", "1000"))
        {
            await Send(sleeper.Id.ToString(CultureInfo.InvariantCulture));
        }

        break;
    case "device-garbage" or "device-silent" or "device-lies":
        await FalseDevice.ServeAsync(channel, kind);
        return 0;
    default:
        return 99;
}

await channel.ReceiveAsync(CancellationToken.None);
return 0;

async Task Send(string text) => await channel.SendAsync(Encoding.UTF8.GetBytes(text), CancellationToken.None);

static string Line(string[] status, string key) => $"{key}{string.Join(',', status.First(l => l.StartsWith(key, StringComparison.Ordinal))[key.Length..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}";

static string Read(string path, long length)
{
    try
    {
        using var block = SharedBlock.Open(path, length, writable: false);
        return block.Memory.Span.ToArray().Sum(b => (long)b).ToString(CultureInfo.InvariantCulture);
    }
    catch (SharedMemoryException e)
    {
        return e.Message;
    }
}

static string Write(string path, long length)
{
    try
    {
        using var block = SharedBlock.Open(path, length, writable: true);
        block.Memory.Span.Fill(3);
        return "written";
    }
    catch (SharedMemoryException e)
    {
        return e.Message;
    }
}

static string List(string folder)
{
    try
    {
        return string.Join(' ', Directory.EnumerateFiles(folder));
    }
    catch (UnauthorizedAccessException)
    {
        return "not allowed";
    }
}

static long Deeper(long n) => Deeper(n + 1) + Deeper(n + 2);

// Speaks the greeting by hand, to say it wrongly.
static Socket Speak(params string[] frames)
{
    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    socket.Connect(new UnixDomainSocketEndPoint(Environment.GetEnvironmentVariable("QUREHOST_SOCKET")!));
    foreach (var frame in frames)
    {
        socket.Send([.. BitConverter.GetBytes(frame.Length), .. Encoding.ASCII.GetBytes(frame)]);
    }

    return socket;
}
