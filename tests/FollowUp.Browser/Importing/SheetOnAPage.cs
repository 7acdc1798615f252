using Microsoft.Playwright;

namespace FollowUp.Browser.Importing;

/// <summary>The steps of an import on its pages.</summary>
internal static class SheetOnAPage
{
    public static FilePayload File(string csv, string name = "applications.csv") =>
        new()
        {
            Name = name,
            MimeType = "text/csv",
            Buffer = System.Text.Encoding.UTF8.GetBytes(csv),
        };

    /// <summary>Chooses a sheet and opens its preview.</summary>
    /// <returns>The path of the import.</returns>
    public static async Task<string> Choose(this Browsing window, string csv, string? candidate = null)
    {
        await window.Go("/pipeline/import");
        await window.Page.Locator("#sheet").SetInputFilesAsync(File(csv));
        if (candidate is not null)
            await window.Page.Locator("#candidate").FillAsync(candidate);
        return await window.See();
    }

    /// <summary>Opens the preview of the chosen sheet.</summary>
    /// <returns>The path of the import.</returns>
    public static async Task<string> See(this Browsing window)
    {
        await window.Page.Locator("main form button.main").ClickAsync();
        await window.IsAt("/pipeline/import/*");
        return new Uri(window.Page.Url).AbsolutePath;
    }

    public static async Task Import(this Browsing window)
    {
        await window.Page.Locator("button[value=import]").ClickAsync();
        await window.Page.Locator("a[download]").WaitForAsync(new() { Timeout = 300_000 });
    }

    public static Task Says(this Browsing window, string words) =>
        Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync(words, new() { Timeout = 300_000 });
}
