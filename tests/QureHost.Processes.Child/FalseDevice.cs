using System.Text;
using System.Text.Json;
using QureHost.Processes;

/// <summary>Says that it is a device, and breaks the protocol.</summary>
internal static class FalseDevice
{
    public const string Hello = """{"say":"hello","Device":"cpu"}""";

    private const string Port = """[{"Name":"x","Type":0,"Shape":[-1,4]}]""";

    public static async Task ServeAsync(FrameChannel channel, string kind)
    {
        await channel.SendAsync(Encoding.UTF8.GetBytes(Hello), CancellationToken.None);
        while (await channel.ReceiveAsync(CancellationToken.None) is { } frame)
        {
            using var request = JsonDocument.Parse(frame);
            var id = request.RootElement.TryGetProperty("Id", out var given) ? given.GetInt64() : 0;
            var reply = (kind, request.RootElement.GetProperty("say").GetString()) switch
            {
                ("device-garbage", _) => "{ this is no message",
                ("device-lies", "load") => $$"""{"say":"loaded","Id":{{id}},"Inputs":{{Port}},"Outputs":{{Port}}}""",
                ("device-lies", "run") => $$"""{"say":"ran","Id":{{id}},"Outputs":[{"Type":0,"Shape":[1000000,1000],"Offset":4096}],"Bytes":64,"Written":true}""",
                _ => null,
            };
            if (reply is not null)
            {
                await channel.SendAsync(Encoding.UTF8.GetBytes(reply), CancellationToken.None);
            }
        }
    }
}
