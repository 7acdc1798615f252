using System.Text.Json;

namespace FollowUp.Contracts.MassTransit;

/// <summary>Sends commands for one team, and waits for their replies.</summary>
public sealed class FollowUpClient
{
    private readonly RequestClient _requests;
    private readonly string _team,
        _source;
    private readonly TimeProvider _time;

    internal FollowUpClient(RequestClient requests, string team, string source, TimeProvider time) =>
        (_requests, _team, _source, _time) = (requests, team, source, time);

    /// <summary>Sends a command and waits for its reply.</summary>
    /// <typeparam name="TAnswer">The type of the reply, see <see cref="Addresses.Answers"/>.</typeparam>
    /// <param name="application">The application's id.</param>
    /// <param name="command">The command, as <see cref="ClaimFollowUp"/>.</param>
    /// <param name="id">The command's idempotency key: a command that is sent again with it, after a time-out, is carried out once and
    /// gets the same reply. A new one unless given.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="CommandRejectedException">The command was not carried out.</exception>
    /// <exception cref="TimeoutException">No reply came within 5 s, or the broker did not take the command; send it again with the same
    /// id.</exception>
    /// <exception cref="ArgumentException"><paramref name="command"/> is no command, or its reply has another type.</exception>
    public async Task<TAnswer> Ask<TAnswer>(Guid application, object command, string? id = null, CancellationToken ct = default)
        where TAnswer : class
    {
        if (Addresses.Answers.GetValueOrDefault(command.GetType()) != typeof(TAnswer))
            throw new ArgumentException($"A {command.GetType().Name} is not answered by a {typeof(TAnswer).Name}.", nameof(command));
        var reply = await _requests.Request(Addresses.QueueOf(command.GetType()), Envelope(application, command, id), ct: ct);
        return reply.Type == Catalogue.Rejected
            ? throw new CommandRejectedException(reply.Data.Deserialize<CommandRejected>(Json.Whole)!)
            : reply.Data.Deserialize<TAnswer>(Json.Whole)!;
    }

    /// <summary>Sends a command that needs no reply; the events show what came of it.</summary>
    /// <param name="application">The application's id.</param>
    /// <param name="command">The command.</param>
    /// <param name="id">The command's idempotency key. A new one unless given.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>Ends when the broker has confirmed the command.</returns>
    /// <exception cref="ArgumentException"><paramref name="command"/> is no command.</exception>
    public async Task Send(Guid application, object command, string? id = null, CancellationToken ct = default) =>
        await _requests.Send(Addresses.QueueOf(command.GetType()), Envelope(application, command, id), ct);

    private CloudEvent Envelope(Guid application, object command, string? id) =>
        new()
        {
            Id = id ?? Guid.CreateVersion7().ToString(),
            Source = _source,
            Type = Catalogue.NameOf(command.GetType()),
            Subject = application.ToString(),
            Team = _team,
            Time = _time.GetUtcNow(),
            DataContentType = "application/json",
            Data = JsonSerializer.SerializeToElement(command, command.GetType(), Json.Lenient),
        };
}
