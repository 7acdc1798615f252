using System.Text.Json;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Projections;
using FollowUp.Applications.Publishing;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Queries;

/// <summary>One application, with its stages and the follow-up of each.</summary>
public static class GetApplication
{
    /// <summary>The response.</summary>
    public sealed record Detail(
        Guid Id,
        long Version,
        string Candidate,
        Employer Employer,
        Posting Posting,
        Approach Approach,
        string Status,
        ClosingReason? ClosingReason,
        DateTimeOffset? ClosedAt,
        DateTimeOffset SubmittedAt,
        Letter? CoverLetter,
        IReadOnlyList<ContactReference> Contacts,
        int Stage,
        IReadOnlyList<StageDetail> Stages,
        DateTimeOffset? ClosingProposedAt,
        DateTimeOffset? AsOf,
        IReadOnlyList<NoteDetail> Notes
    );

    /// <summary>A note, with the stage and the claim of the follow-up that it was written with, if any.</summary>
    public sealed record NoteDetail(Guid Id, string Text, string By, DateTimeOffset At, int? Stage, Guid? ClaimId);

    public sealed record Letter(DateTimeOffset SentAt, DateOnly? PromisedFollowUpOn);

    public sealed record ResponseDetail(DateTimeOffset RespondedAt, DateOnly? PromisedNextStepOn, ResponseKind Kind);

    public sealed record StageDetail(
        int Stage,
        int? Interview,
        DateTimeOffset? StartsAt,
        DateTimeOffset? EndsAt,
        Guid? With,
        DateTimeOffset? CancelledAt,
        InterviewKind? InterviewKind,
        StepDetail? Step,
        ResponseDetail? Response,
        SlotDetail? FollowUp
    );

    /// <summary>The step that opened a stage, if it isn't an interview.</summary>
    public sealed record StepDetail(StepKind Kind, DateOnly On, DateOnly? AnswerBy, string? Name);

    public sealed record SlotDetail(
        SlotStatus Status,
        DateTimeOffset? DueAt,
        DateTimeOffset? WindowEndsAt,
        IReadOnlyList<Channel> Channels,
        ContactReference? Contact,
        string? Situation,
        Anchor? Anchor,
        int? PolicyVersion,
        IReadOnlyList<Reason> Reasons,
        IReadOnlyList<Reason> OpensWhen,
        string? Assignee,
        OverrideView? Override,
        ClaimView? Claim,
        MadeView? Made
    );

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet(
                "/applications/{id}",
                async (Guid id, DateTimeOffset? asOf, TeamSession sessions, HttpContext http, CancellationToken ct) =>
                {
                    await using var session = sessions.Query();
                    var view =
                        await ApplicationView.Read(session, id, asOf, ct: ct)
                        ?? throw new RefusedException(
                            "unknownApplication",
                            asOf is null ? "Your team has no application with that id." : "Your team had no application with that id then."
                        );
                    // the Scheduler's plan and the notes change without a new version
                    var detail = JsonSerializer.SerializeToUtf8Bytes(view.Detail, Json.Lenient);
                    return EntityTags.Answer(
                        http,
                        EntityTags.Of(view.Version, detail),
                        TypedResults.Text(detail, "application/json; charset=utf-8")
                    );
                }
            )
            .RequireScope(Scopes.Read)
            .Describe("One application, with its stages and the follow-up of each; ?asOf= shows it as of that time.", typeof(Detail))
            .DescribeConditional();

    internal static Detail Of(JobApplication x, long version, SchedulerPlan? plan, DateTimeOffset? asOf, IEnumerable<Note> notes) =>
        new(
            x.Id,
            version,
            x.Candidate,
            ContractMapper.Of(x.Employer),
            ContractMapper.Of(x.Posting),
            x.Approach,
            x.IsVoided ? "voided"
                : x.IsClosed ? "closed"
                : "open",
            x.Closing?.Reason,
            x.Closing?.At,
            x.SubmittedAt,
            x.CoverLetter is { } letter ? new(letter.At, letter.PromisedFollowUpOn) : null,
            [.. x.Contacts.Select(c => new ContactReference(c.Id, c.Role, c.Channels, c.Who))],
            x.CurrentStage,
            [
                .. x.Stages.Select(s => new StageDetail(
                    s.Number,
                    s.Interview,
                    s.StartsAt,
                    s.EndsAt,
                    s.With,
                    s.CancelledAt,
                    s.InterviewKind,
                    s.Step is { } step ? new(step.Kind, step.On, step.AnswerBy, step.Name) : null,
                    s.Response is { } response ? new(response.At, response.PromisedNextStepOn, response.Kind ?? ResponseKind.Answer) : null,
                    Slot(s, plan?.Slots.GetValueOrDefault(s.Number))
                )),
            ],
            plan?.ClosingProposal(x.IsClosed, x.CurrentStage, x.Stages.Find(s => s.Number == x.CurrentStage)?.Response?.At),
            asOf,
            [.. notes.Select(note => Detailed(note, x))]
        );

    private static NoteDetail Detailed(Note x, JobApplication application)
    {
        var made = application
            .Stages.Select(stage => stage.Made)
            .FirstOrDefault(y => y is not null && Note.IdOf(x.Application, y.ClaimId) == x.Id);
        return new(x.Id, x.Text, x.By, x.At, made?.Stage, made?.ClaimId);
    }

    // A follow-up that was recorded here is made, even before the Scheduler's event about it arrives.
    private static SlotDetail? Slot(Stage stage, SlotView? said) =>
        (stage.Made, said) switch
        {
            ({ } made, _) => new(
                SlotStatus.Made,
                said?.DueAt,
                said?.WindowEndsAt,
                said?.Channels ?? [],
                said?.Contact,
                said?.Situation,
                said?.Anchor,
                said?.PolicyVersion,
                said?.Reasons ?? [],
                [],
                said?.Assignee,
                said?.Override,
                null,
                new(made.Channel, made.By, made.At)
            ),
            (null, { } x) => new(
                x.Status,
                x.DueAt,
                x.WindowEndsAt,
                x.Channels,
                x.Contact,
                x.Situation,
                x.Anchor,
                x.PolicyVersion,
                x.Reasons,
                x.OpensWhen,
                x.Assignee,
                x.Override,
                x.Claim,
                x.Made
            ),
            _ => null,
        };
}
