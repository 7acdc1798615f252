using FollowUp.Platform.Security;

namespace FollowUp.Platform.Messaging;

// See docs/decisions/0010-sender-identity.md
/// <summary>
/// The permissions of an integration on the broker, all of them anchored. An integration may configure nothing: an exchange or a
/// dead-letter exchange of its own would reach other teams. It may write to its own queue only because a binding needs that right (the
/// default exchange, through which a client writes into a queue, is closed to it). And it may bind only the keys of its own team.
/// </summary>
/// <param name="Write">A regular expression, as are the others.</param>
/// <param name="Read">The names that it may read from: queue and exchange.</param>
/// <param name="Topics">The routing keys that it may bind on <see cref="Topology.Events"/>.</param>
internal sealed record BrokerPermissions(string Write, string Read, string Topics)
{
    /// <summary>Matches only the empty name, which no queue or exchange can have.</summary>
    public const string None = "^$";

    public static BrokerPermissions Of(Integration integration)
    {
        var queue = Topology.IntegrationQueue(integration.Id);
        return new(
            Anchored([
                .. integration.MayCommand ? [Topology.Commands] : Array.Empty<string>(),
                .. integration.MayRead ? [queue] : Array.Empty<string>(),
            ]),
            Anchored(integration.MayRead ? [Topology.Events, queue] : []),
            integration.MayRead ? $"^{Escaped(integration.Team)}\\." : None
        );
    }

    private static string Anchored(string[] names) => names.Length == 0 ? None : $"^({string.Join('|', names.Select(Escaped))})$";

    // Of the characters that a name of ours can have, only the dot has a meaning in a pattern.
    private static string Escaped(string name) => name.Replace(".", "\\.", StringComparison.Ordinal);
}
