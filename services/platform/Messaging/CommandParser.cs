using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform.Security;

namespace FollowUp.Platform.Messaging;

/// <summary>Turns an envelope into the command inside, and trusts no attribute of it.</summary>
internal static class CommandParser
{
    /// <param name="message">The envelope, as <see cref="Sender.Authorize"/> returns it.</param>
    /// <param name="sender">The sender; only the sibling service may send internal requests.</param>
    /// <param name="settings">The commands that this service takes.</param>
    /// <exception cref="UnreadableException">The message is no command for this service.</exception>
    /// <exception cref="JsonException">The data is not that of the command.</exception>
    public static IncomingCommand Parse(CloudEvent message, Sender sender, CommandSettings settings)
    {
        var request = sender.IsOurs ? settings.InternalMessages.FindRequest(message.Type) : null; // an unknown type from other senders
        if ((request ?? Catalogue.Find(message.Type)) is not { } type || !settings.Commands.Contains(type))
            throw new UnreadableException("unknownType", $"This service does not take a {message.Type}.");
        EnvelopeParser.MustBePlain(message.CorrelationId, "correlationid");
        if (!TeamName.IsValid(message.Team))
            throw new UnreadableException("missingAttribute", "The command must name its team.");
        if (!Guid.TryParse(message.Subject, out var application))
            throw new UnreadableException("missingAttribute", "The command's subject must be an application's id.");
        if (message.Data.ValueKind != JsonValueKind.Object)
            throw new UnreadableException("badData", $"The data of a {message.Type} must be an object.");
        // An internal request may be from a newer version of the sibling: its unknown properties are ignored.
        var data = message.Data.Deserialize(type, request is null ? Json.Strict : Json.Whole)!;
        return new(message, message.Team!, application, data) { IsInternal = request is not null };
    }

    /// <summary>
    /// The command's label in the metrics. Any sender can invent types, and a label is kept for as long as the process runs, so a type that
    /// this service doesn't take is <c>unknown</c>.
    /// </summary>
    internal static string LabelOf(CloudEvent? message, IReadOnlySet<Type> commands, InternalMessages internalMessages) =>
        message is null ? "unreadable"
        : (Catalogue.Find(message.Type) ?? internalMessages.FindRequest(message.Type)) is { } type && commands.Contains(type) ? message.Type
        : "unknown";
}
