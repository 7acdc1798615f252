using FollowUp.Applications.Candidates;

namespace FollowUp.Applications.Pages.Shared;

/// <summary>Links to a contact: the schemes <c>tel</c> and <c>mailto</c>.</summary>
internal static class ContactLinks
{
    /// <summary>Null if the text can't be a number: then it is shown, and not dialled.</summary>
    /// <param name="phone">The number, as it was recorded.</param>
    /// <param name="country">The employer's country, in which a national number is read.</param>
    public static string? Phone(string phone, string? country) => PhoneNumber.Link(phone, country);

    public static string Email(string email, string subject) =>
        $"mailto:{Uri.EscapeDataString(email).Replace("%40", "@", StringComparison.Ordinal)}?subject={Uri.EscapeDataString(subject)}";
}
