using System.Text.Json;
using FollowUp.Applications.Commands;
using FollowUp.Contracts;
using FollowUp.Contracts.Tool;
using FollowUp.InternalContracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Specs.Domain;
using FollowUp.Specs.Guards;
using SchedulerDescription = FollowUp.Scheduler.SchedulerService;

namespace FollowUp.Specs.InternalRequests;

public sealed class InternalMessageSpecs
{
    private static readonly Guid Id = Guid.Parse("0195a4c2-6b1f-7e4a-9d3c-5a8f1e2b4c6d");
    private static readonly JsonElement Policy = JsonDocument.Parse("""{"silenceWait":3}""").RootElement;
    private static readonly SlotLook Look = new(SlotStatus.Due, Slots.DueAt, Slots.DueAt, [Channel.Phone], "unknown", [Slots.Because]);

    private static readonly object[] All =
    [
        new ReadPolicy(3),
        new ReadPolicy(),
        new PreviewPolicy(Policy, "x", 5),
        new ReplacePolicy(Policy, 2),
        new TakeHolidays("DE-BY", "BEGIN:VCALENDAR", true),
        new ForgetHolidays("DE"),
        new LookAtMonth(Policy, "DE-BY", 2026, 3),
        new LookAtMonth(null, null, 2026, 3),
        new MakeCalendar("Mine", "c-1"),
        new MakeCalendar("All", null),
        new MakeCalendar("All", null, Id, true, true, "https://followup.example.org"),
        new ListCalendars(null),
        new RevokeCalendar(Id, null),
        new LookForWarnings([new(Id, 1)]),
        new PreviewPlans([new(Id, [new("followup.application.closed.v1", Policy)])]),
        new PolicyAnswer(Policy, 2, "ana", Slots.DueAt, [new(1, null, null), new(2, "ana", Slots.DueAt)], 4, 1),
        new PreviewAnswer(1, 1, 0, 0, 0, [new(Id, 1, "c-1", "Acme", PreviewChange.Moves, Look, Look)], "next"),
        new HolidaysAnswer([new(new(2026, 3, 4), null)], ["Bad"]),
        new MonthAnswer([new(new(2026, 3, 4), DayKind.DayOff, "Away")]),
        new MadeCalendar(Id, "Mine", "c-1", "/calendars/x.ics"),
        new CalendarList([new(Id, "Mine", null, Slots.DueAt, "ana", null, true, true)]),
        new CalendarRevoked(Id),
        new WarningsAnswer([new(new(Id, 1), Slots.Because)]),
        new PlansAnswer([new(Id, Look, true)]),
        new CountTeam(),
        new TeamCounts(7, 4),
        new ListOverrideNotes("x"),
        new OverrideNotes([new(new(Id, 1), "c-1", "a note")], "y"),
        new KeepOverrideNotes([new(new(Id, 1), "c-1", "a note")]),
        new OverrideNotesKept(1),
    ];

    [Fact]
    public void Every_one_is_read_as_it_was_written_and_has_a_name_of_its_own()
    {
        var messages = InternalCatalogue.Requests.Concat(InternalCatalogue.Replies).ToArray();
        Assert.Equal(messages.Select(x => x.Key.Name).Order(), All.Select(x => x.GetType().Name).Distinct().Order());
        Assert.Equal(messages.Length, messages.Select(x => x.Value).Distinct().Count());
        foreach (var message in All)
            Assert.Equal(
                Samples.Text(message),
                Samples.Text(JsonSerializer.Deserialize(Samples.Text(message), message.GetType(), Json.Whole)!)
            );
    }

    [Fact]
    public void They_are_of_the_pair_and_stand_in_no_catalogue_and_no_schema()
    {
        var published = Messages.All.Select(x => x.Name).ToHashSet();
        foreach (var (type, name) in InternalCatalogue.Requests.Concat(InternalCatalogue.Replies))
        {
            Assert.Equal(name, InternalCatalogue.NameOf(type));
            Assert.Null(Catalogue.Find(name));
            Assert.DoesNotContain(name, published);
        }

        Assert.Equal("followup.private.read-policy", InternalCatalogue.NameOf(typeof(ReadPolicy)));
        Assert.Equal(Catalogue.NameOf(typeof(ClaimFollowUp)), InternalCatalogue.NameOf(typeof(ClaimFollowUp)));
        Assert.Null(InternalCatalogue.FindRequest(InternalCatalogue.NameOf(typeof(PolicyAnswer))));
    }

    [Fact]
    public void The_Scheduler_takes_every_one_and_every_public_command() =>
        Assert.Equal(
            InternalCatalogue.Requests.Keys.Concat(Catalogue.SchedulerCommands.Keys).Select(x => x.Name).Order(),
            SchedulerDescription.Definition.Commands.Select(x => x.Name).Order()
        );

    [Fact]
    public void A_question_that_lacks_what_it_needs_is_not_taken_for_another() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<RevokeCalendar>("{}", Json.Whole));

    // The Scheduler client

    [Fact]
    public void A_refusal_comes_back_unchanged_from_the_Scheduler()
    {
        var rejected = new CommandRejected(
            409,
            "withheld",
            "That is refused.",
            "It is withheld.",
            new Dictionary<string, string[]> { ["x"] = ["No.", "It must be between 1 and 9."] },
            3,
            Slots.Because,
            [new("It must be between 1 and 9.", "It must be between {0} and {1}.", ["1", "9"])]
        );
        var refused = Assert.Throws<RefusedException>(() => SchedulerClient.Read<FollowUpClaimed>(Answer(rejected, Catalogue.Rejected)));
        Assert.Equal(
            (409, "withheld", "It is withheld.", 3, Slots.Because.Code),
            (refused.HttpStatus(), refused.Code, refused.Message, refused.RetryAfter, refused.Reason?.Code)
        );
        Assert.Equal(["No.", "It must be between 1 and 9."], refused.Errors!["x"].Select(y => y.ToString()));
        Assert.Equal("It must be between {0} and {1}.", refused.Errors["x"][1].Text);
        Assert.Equal(["1", "9"], refused.Errors["x"][1].Values);
        Assert.Equal(
            Slots.Because,
            Problems.ToProblem(refused).Extensions["reason"] as Reason is { } reason ? reason with { Values = Slots.Because.Values } : null
        );
    }

    [Fact]
    public void An_answer_is_the_one_that_was_asked_for_or_none()
    {
        var made = new MadeCalendar(Id, "Mine", null, "/calendars/x.ics");
        Assert.Equal(made, SchedulerClient.Read<MadeCalendar>(Answer(made, InternalCatalogue.NameOf(typeof(MadeCalendar)))));
        Assert.Equal(
            ("internalError", 500),
            Assert.Throws<RefusedException>(() =>
                SchedulerClient.Read<CalendarRevoked>(Answer(made, InternalCatalogue.NameOf(typeof(MadeCalendar))))
            )
                is var x
                ? (x.Code, x.HttpStatus())
                : default
        );
    }

    [Fact]
    public void A_repeated_request_about_a_claim_is_the_same_message()
    {
        object[] claims =
        [
            new ClaimFollowUp(1, Id, "ana"),
            new SettleFollowUp(1, Id, "ana", Channel.Phone, Slots.DueAt),
            new ReleaseClaim(1, Id),
        ];
        Assert.Equal([$"claim-{Id}", $"settle-{Id}", $"release-{Id}"], claims.Select(SchedulerClient.IdOf));
        Assert.NotEqual(SchedulerClient.IdOf(new ReadPolicy()), SchedulerClient.IdOf(new ReadPolicy()));
    }

    private static CloudEvent Answer(object data, string type) =>
        new()
        {
            Id = "1",
            Source = Catalogue.Scheduler,
            Type = type,
            Data = JsonSerializer.SerializeToElement(data, data.GetType(), Json.Lenient),
        };
}
