using System.Text.Json;
using System.Text.Json.Nodes;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Publishing;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using Marten;

namespace FollowUp.Applications.Commands;

/// <summary>Something was learned since: a JSON merge patch over employer, posting and approach.</summary>
internal static class AmendApplicationHandler
{
    public static CommandDefinition<AmendApplication> Definition { get; } =
        new()
        {
            Routes = [new MergePatchRoute()],
            Summary = "Something was learned since (JSON merge patch over employer, posting and approach).",
            // the rest is checked as the patch leaves the application
            Checks = (x, checks, now) =>
            {
                if (x.Candidate is not null)
                    CandidateRoutes.CheckReference(checks, x.Candidate, "candidate");
                checks.NotInTheFuture(x.SubmittedAt, "submittedAt", now).NotInTheFuture(x.At, "at", now);
            },
            Action = Handle,
        };

    private static Task<CommandResult> Handle(
        Guid id,
        AmendApplication command,
        CommandContext context,
        CommandHandler handler,
        CancellationToken ct
    )
    {
        var patch = context.Written ?? JsonSerializer.SerializeToElement(command, Json.Lenient);
        return handler.Writer.Write(
            id,
            context,
            async work =>
            {
                var facts = Decide(work.State, command, patch, handler.Now);
                if (facts is [Amended { Candidate: { } candidate }])
                    await HandOver(work.Session, id, work.State.Candidate, candidate, ct);
                work.Append(facts);
                return new(204, work.Version);
            },
            ct
        );
    }

    // What is known of people belongs to the candidate, with whom it is erased.
    private static async Task HandOver(IDocumentSession session, Guid id, string from, string to, CancellationToken ct)
    {
        foreach (var note in await session.Query<Note>().Where(x => x.Candidate == from && x.Application == id).ToListAsync(ct))
            session.Store(note with { Candidate = to });
        foreach (var contact in await session.Query<Contact>().Where(x => x.Candidate == from && x.Application == id).ToListAsync(ct))
            session.Store(contact with { Candidate = to });
    }

    /// <summary>Patches what the application said when it was learned, and decides on the outcome.</summary>
    internal static object[] Decide(JobApplication application, AmendApplication command, JsonElement patch, DateTimeOffset now)
    {
        application.MustExist();
        var at = command.At ?? now;
        var changes = (JsonObject)JsonNode.Parse(patch.GetRawText())!;
        foreach (var name in Corrections)
            if (changes.Remove(name, out var value) && value is null)
                throw RefusedException.BadInput(name, "It can be corrected, and not removed.");
        var amendments = new Amendments(application);
        var before = amendments.At(at);
        var known = new Amendable(ContractMapper.Of(before.Employer), ContractMapper.Of(before.Posting), before.Approach);
        var after = MergePatch.Apply(JsonSerializer.SerializeToNode(known, Json.Strict), changes).Deserialize<Amendable>(Json.Strict)!;
        var checks = new InputChecks();
        after.Employer.Check(checks, "employer");
        after.Posting.Check(checks, "posting");
        checks.Refuse();
        var amended = new Particulars(Company.Of(after.Employer), Advertisement.Of(after.Posting), after.Approach);
        return application.Amend(
            amendments.Amend(amended, command.At is null ? null : changes, at) with
            {
                Candidate = command.Candidate,
                SubmittedAt = command.SubmittedAt,
                Again = command.Again ? true : null,
            }
        );
    }

    // What stands beside the patch.
    private static readonly string[] Corrections = ["candidate", "submittedAt", "again", "at"];

    /// <summary>What of an application may be amended.</summary>
    private sealed record Amendable(Employer Employer, Posting Posting, Approach Approach = Approach.Direct);

    /// <summary>A merge patch must go on as it was written: a null in it takes something away.</summary>
    private sealed class MergePatchRoute() : CommandRoute<AmendApplication>("PATCH", "/applications/{id}")
    {
        public override RouteHandlerBuilder Map(IEndpointRouteBuilder app, CommandEndpoint<AmendApplication> endpoint) =>
            app.MapPatch(
                    Pattern,
                    (Guid id, JsonElement patch, Platform.Security.Caller caller, HttpContext http, CancellationToken ct) =>
                        endpoint(new(id, Read(patch), caller, http, patch), ct)
                )
                .Accepts<AmendApplication>("application/merge-patch+json", "application/json");

        private static AmendApplication Read(JsonElement patch)
        {
            if (patch.ValueKind != JsonValueKind.Object)
                throw RefusedException.BadInput(
                    "$",
                    "A merge patch must be an object, as { \"employer\": { \"hiringProcess\": \"outsourced\" } }."
                );
            if (!IsText(patch))
                throw new RefusedException("malformedJson", "The JSON must be UTF-8.");
            return patch.Deserialize<AmendApplication>(Json.Strict)!;
        }

        // Texts inside a JsonElement are decoded when they are read, not when it is parsed.
        private static bool IsText(JsonElement element)
        {
            try
            {
                return element.GetRawText() is not null;
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        }
    }
}
