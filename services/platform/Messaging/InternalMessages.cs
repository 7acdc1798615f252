using System.Collections.Frozen;
using FollowUp.Contracts;

namespace FollowUp.Platform.Messaging;

/// <summary>
/// The requests that a service takes from its sibling alone, and their replies. They are in no catalogue and no schema: from any other
/// sender they are unknown types.
/// </summary>
/// <param name="requests">The type names of the requests.</param>
/// <param name="replies">The type names of the replies.</param>
public sealed class InternalMessages(IReadOnlyDictionary<Type, string> requests, IReadOnlyDictionary<Type, string> replies)
{
    /// <summary>For a service that takes no internal requests.</summary>
    public static InternalMessages None { get; } = new(FrozenDictionary<Type, string>.Empty, FrozenDictionary<Type, string>.Empty);

    private readonly FrozenDictionary<string, Type> _byName = requests.ToFrozenDictionary(x => x.Value, x => x.Key, StringComparer.Ordinal);

    /// <summary>The requests, by their records.</summary>
    public IReadOnlyDictionary<Type, string> Requests => requests;

    /// <summary>The request of a type name, or null.</summary>
    /// <param name="name">As <c>followup.private.read-policy</c>.</param>
    public Type? FindRequest(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The type name of an internal or a public message.</summary>
    /// <param name="message">Its record.</param>
    /// <exception cref="ArgumentException">The type is no message.</exception>
    public string NameOf(Type message) =>
        requests.GetValueOrDefault(message) ?? replies.GetValueOrDefault(message) ?? Catalogue.NameOf(message);
}
