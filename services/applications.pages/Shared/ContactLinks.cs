namespace FollowUp.Applications.Pages.Shared;

/// <summary>Links to a contact: the schemes <c>tel</c> and <c>mailto</c>.</summary>
internal static class ContactLinks
{
    public static string Phone(string phone) => $"tel:{string.Concat(phone.Where(x => char.IsAsciiDigit(x) || x == '+'))}";

    public static string Email(string email, string subject) =>
        $"mailto:{Uri.EscapeDataString(email).Replace("%40", "@", StringComparison.Ordinal)}?subject={Uri.EscapeDataString(subject)}";
}
