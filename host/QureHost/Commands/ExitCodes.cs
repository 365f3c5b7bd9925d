namespace QureHost.Commands;

/// <summary>What the exit status of <c>qurehost</c> means.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>The work was done and something in it failed: a refused file, a failed product.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong: an unknown option, a missing file.</summary>
    public const int Usage = 2;

    /// <summary>The product refused the input.</summary>
    public const int Refused = 4;
}
