using FollowUp.Applications.Candidates;
using FollowUp.Contracts;
using Microsoft.Extensions.Localization;

namespace FollowUp.Applications.Pages.Pipeline;

/// <summary>A contact as text: the name if it is known, and the role.</summary>
internal static class ContactName
{
    public static string Words(IStringLocalizer<Words> t, Terms terms, Contact? contact, ContactRole? role) =>
        (contact?.Name, contact?.Role ?? role) switch
        {
            ({ } name, null or ContactRole.Other) => name,
            ({ } name, { } known) => $"{name} ({terms[known]})",
            (null, null or ContactRole.Other) => t["someone there"],
            (null, { } known) => terms[known],
        };
}
