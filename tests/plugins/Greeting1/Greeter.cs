namespace Sample.Greeting;

/// <summary>Says which version of this library is loaded.</summary>
public static class Greeter
{
    public static string Version => "greeting 1";
}
