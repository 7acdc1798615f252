using FollowUp.Applications.Commands;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Pages.Actions;

/// <summary>
/// "Done": records that the follow-up was made. The command carries the reader's claim id, or the id of a new claim when the reader has
/// none.
/// </summary>
internal static class RecordAction
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.Form(
                "/today/done",
                (Reader reader, Form form, SlotActionService actions, CancellationToken ct) =>
                    actions.Run(
                        ActionOutcome.Made,
                        reader,
                        form,
                        async x =>
                        {
                            var channel =
                                form.Word<Channel>("channel")
                                ?? throw RefusedException.BadInput("channel", "It must be one of those offered.");
                            var (key, note) = (form.Id("key") ?? Guid.NewGuid(), form.Text("note"));
                            var madeAt = form.Moment("madeAt", reader.Zone);
                            var happened = form.Text("happened") is not null;
                            // An expired claim still proves that the reader made the call, unless another person got a claim since.
                            var mine = x.Slot?.Claim ?? x.Slot?.RanOut;
                            var claim = mine?.IsOf(reader.Principal, reader.Person) is true
                                ? mine.ClaimId
                                : DeterministicId.From(
                                    reader.Team,
                                    "done",
                                    x.Application.ToString(),
                                    $"{x.Stage}",
                                    reader.Person,
                                    $"{key}"
                                );
                            await actions.Commands.Handle(
                                x.Application,
                                new RecordFollowUp(channel, reader.Person, x.Stage, madeAt, claim, note, happened),
                                new CommandContext(
                                    reader.Caller,
                                    IdempotencyKey: new(
                                        happened ? $"page:{key}:happened" : $"page:{key}",
                                        IdempotencyKey.FingerprintOf(
                                            $"done {x.Application} {x.Stage}",
                                            new
                                            {
                                                channel,
                                                note,
                                                happened,
                                                madeAt,
                                            }
                                        ),
                                        reader.Caller.Principal
                                    )
                                ),
                                ct
                            );
                            return slot => slot.Made is not null;
                        },
                        ct
                    ),
                Scopes.Record,
                page: "/"
            )
            .ForCandidatesToo();
}
