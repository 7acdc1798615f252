namespace FollowUp.Platform.Messaging;

/// <summary>The commands that this service takes.</summary>
/// <param name="Queue">The queue of the commands.</param>
/// <param name="Source">The service's own source.</param>
/// <param name="Commands">The records of the commands, of internal requests too.</param>
/// <param name="InternalMessages">The requests and replies of the sibling.</param>
/// <param name="IsRefusalAnnounced">See <see cref="ServiceDefinition.IsRefusalAnnounced"/>.</param>
internal sealed record CommandSettings(
    string Queue,
    string Source,
    IReadOnlySet<Type> Commands,
    InternalMessages InternalMessages,
    Func<object, RefusedException, bool> IsRefusalAnnounced
);
