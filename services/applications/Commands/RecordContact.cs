using FollowUp.Applications.Candidates;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Commands;

/// <summary>A person there became known.</summary>
public sealed record RecordContact(
    string? Name = null,
    ContactRole Role = ContactRole.Other,
    string? Email = null,
    string? Phone = null,
    string? Profile = null,
    DateTimeOffset? At = null
) : ICommand
{
    internal Guid Id { get; init; } = Guid.CreateVersion7();
    internal ContactInput Input => new(Name, Role, Email, Phone, Profile) { Id = Id };

    internal Person ToFact() => Input.ToFact();

    public void Check(InputChecks checks, DateTimeOffset now)
    {
        Input.Check(checks, "");
        checks
            .NotInTheFuture(At, "at", now)
            .That(
                Name is not null || Email is not null || Phone is not null || Profile is not null,
                "name",
                "Give a name, or a way to reach them."
            );
    }

    public Task<CommandResult> Handle(Guid application, CommandContext conditions, CommandHandler with, CancellationToken ct)
    {
        var record = this with { At = At ?? with.Now };
        return with.Recorder.Record(
            application,
            conditions,
            x => x.Decide(record),
            (_, _, version) =>
                new(
                    201,
                    version,
                    $"/applications/{application}/contacts/{record.Id}",
                    new
                    {
                        record.Id,
                        Application = application,
                        record.Role,
                        Channels = record.Input.Channels(),
                        Version = version,
                    }
                ),
            [record.Input],
            ct: ct
        );
    }

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPost(
                "/applications/{id}/contacts",
                (Guid id, RecordContact command, Caller caller, HttpContext http, CommandHandler commanding, CancellationToken ct) =>
                    commanding.OverHttp(id, command, caller, http, ct)
            )
            .RequireScope(Scopes.Record)
            .Describe("A person there became known. Who they are is kept out of the events.");
}
