using System.Diagnostics;

namespace FollowUp.Harness;

/// <summary>Python, for checks that must not share code with the code that they check.</summary>
public static class Python
{
    /// <summary>
    /// A Python interpreter that has a module: the first on the path, or the distribution's, which has the distribution's packages.
    /// </summary>
    public static string With(string module) =>
        new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(x => Has(x, module))
        ?? throw new InvalidOperationException($"This needs python3 and {module}: on Debian, apt-get install python3-{module}.");

    private static bool Has(string python, string module)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(python, ["-c", $"import {module}"]) { RedirectStandardError = true, UseShellExecute = false }
            )!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
