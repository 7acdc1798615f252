using System.Collections.Immutable;
using System.Text.Json;
using CsCheck;
using FollowUp.Contracts;
using FollowUp.Scheduler.Planning;

namespace FollowUp.Specs.Planning;

public sealed class PlannerProperties
{
    // Most random stories end closed or answered; 2000 of them yield thousands of planned slots, in well under a second.
    private const int Often = 2000;

    private static readonly DateTimeOffset Start = Story.At("2026-01-01T00:00:00Z"),
        Before = Start.AddYears(-1),
        Now = Start.AddYears(2);

    private static Gen<T> Consts<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    internal static readonly Gen<DateTimeOffset> Instant = Gen.Int[0, 2 * 365 * 24 * 60].Select(x => Start.AddMinutes(x));
    private static readonly Gen<DateOnly> Day = Gen.Int[0, 3 * 365].Select(x => DateOnly.FromDateTime(Start.AddDays(x).UtcDateTime));

    private static readonly Gen<string?> Zone = Consts<string?>(
        null,
        "nowhere",
        "Etc/UTC",
        "America/New_York",
        "Europe/Berlin",
        "Asia/Beirut",
        "Asia/Kolkata",
        "America/Havana",
        "Africa/Casablanca",
        "Australia/Lord_Howe",
        "Pacific/Chatham",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago"
    );

    private static readonly Gen<ContactReference> Contact = Gen.Select(
        Gen.Int[0, 5],
        Gen.Enum<ContactRole>(),
        Gen.Enum<Channel>().Array[0, 3],
        (id, role, channels) => new ContactReference(new Guid(id, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]), role, [.. channels.Distinct()])
    );

    private static readonly Gen<Employer> Employer = Gen.Select(
        Gen.Enum<HiringProcess>(),
        Zone,
        Consts<string?>(null, "US", "xx"),
        (process, zone, country) => new Employer("Acme", process, zone, country)
    );

    private static readonly Gen<Posting> Posting = Gen.Select(
        Gen.Bool,
        Gen.Frequency((3, Gen.Const(false)), (1, Gen.Const(true))),
        Day.Nullable(),
        (noPhoneCalls, noContact, closesOn) => new Posting("Clerk", null, closesOn, new(noPhoneCalls, noContact))
    );

    internal static readonly Gen<object> Submitted = Gen.Select(
        Employer,
        Posting,
        Gen.Enum<Approach>(),
        Contact.Array[0, 3],
        Instant,
        (employer, posting, approach, contacts, at) =>
            (object)new ApplicationSubmitted(Story.Application, "c-1", employer, posting, approach, contacts, at)
    );

    internal static readonly Gen<object> Later = Gen.OneOf(
        Gen.Select(Instant, Day.Nullable(), (at, on) => (object)new CoverLetterSent(Story.Application, at, on)),
        Gen.Select(Contact, Instant, (contact, at) => (object)new ContactRecorded(Story.Application, contact, at)),
        Gen.Select(
            Gen.Int[1, 4],
            Instant,
            Day.Nullable(),
            (stage, at, on) => (object)new EmployerResponded(Story.Application, stage, at, on)
        ),
        Gen.Select(
            Gen.Int[2, 4],
            Instant,
            Gen.Int[0, 5],
            Instant,
            (stage, starts, with, at) =>
                (object)
                    new InterviewScheduled(
                        Story.Application,
                        stage - 1,
                        stage,
                        starts,
                        starts.AddHours(1),
                        new Guid(with, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]),
                        at
                    )
        ),
        Gen.Select(
            Gen.Int[2, 4],
            Instant,
            Instant,
            (stage, starts, at) => (object)new InterviewRescheduled(Story.Application, stage - 1, stage, starts, starts.AddHours(1), at)
        ),
        Gen.Select(
            Gen.Int[5, 6],
            Gen.Enum<StepKind>(),
            Day,
            Gen.Int[0, 20].Nullable(),
            Instant,
            (stage, kind, on, days, at) =>
                (object)
                    new StepRecorded(
                        Story.Application,
                        stage,
                        kind,
                        on,
                        new DateTimeOffset(on.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero),
                        kind == StepKind.Offer && days is { } later ? on.AddDays(later) : null,
                        null,
                        at
                    )
        ),
        Gen.Select(Gen.Int[2, 4], Instant, (stage, at) => (object)new InterviewCancelled(Story.Application, stage - 1, stage, at)),
        Gen.Select(
            Gen.Int[1, 4],
            Gen.Enum<Channel>(),
            Instant,
            Gen.Guid,
            (stage, channel, at, claim) => (object)new FollowUpMade(Story.Application, stage, channel, "ana", at, claim)
        ),
        Gen.Select(
            Employer,
            Posting,
            Gen.Enum<Approach>(),
            Instant,
            (employer, posting, approach, at) => (object)new ApplicationAmended(Story.Application, employer, posting, approach, at)
        ),
        Gen.Select(Gen.Enum<ClosingReason>(), Instant, (because, at) => (object)new ApplicationClosed(Story.Application, because, at)),
        Instant.Select(at => (object)new ApplicationReopened(Story.Application, at)),
        Instant.Select(at => (object)new CandidateErased("c-1", at)),
        Gen.Const((object)"something else")
    );

    internal static readonly Gen<KnownApplication> Known = Gen.Select(
        Submitted,
        Later.Array[0, 12],
        (first, later) => later.Prepend(first).Aggregate(KnownApplication.Empty, (known, e) => known.Apply(e))
    );

    // What happens after a slot has lapsed depends on when that was.
    private static readonly Gen<KnownApplication> OnlySubmitted = Submitted.Select(x => KnownApplication.Empty.Apply(x));

    private static readonly Gen<DateRange> Range = Gen.Select(
        Day,
        Gen.Int[0, 20],
        (from, days) => new DateRange(from, days == 0 ? null : from.AddDays(days))
    );

    internal static readonly Gen<Policy> Policies = Gen.Select(
        Gen.Int[0, 30],
        Gen.Int[0, 20],
        Gen.Enum<DayOfWeek>().Array[1, 7],
        Day.Array[0, 20],
        Range.Array[0, 5],
        Range.Array[0, 5],
        Gen.Int[0, 23 * 60],
        Gen.Int[1, 59],
        (wait, window, working, holidays, daysOff, quiet, from, length) =>
            Policy.Default with
            {
                Unknown = Policy.Default.Unknown with { Wait = wait, Window = window },
                OwnerRun = Policy.Default.OwnerRun with { Wait = 0 },
                JobBoard = Policy.Default.JobBoard with { Withhold = wait % 5 == 0 },
                CorporateHr = Policy.Default.CorporateHr with { Channels = [Channel.DirectMessage] },
                PersonnelOffice = Policy.Default.PersonnelOffice with { Channels = [Channel.Phone] },
                RequireContact = wait % 7 == 0,
                NoneBeforeInterview = window % 7 == 0,
                Outsourced = Policy.Default.Outsourced with { Wait = 1 },
                AfterInterview = Policy.Default.AfterInterview with { Wait = wait, Window = window },
                InterviewCancelled = Policy.Default.InterviewCancelled with { Wait = 0, Window = 0 },
                WorkingDays = [.. working],
                Holidays = Story.Holidays(("US", holidays)),
                DaysOff = [.. daysOff],
                QuietDates = [.. quiet],
                Hours = new() { From = TimeOnly.MinValue.AddMinutes(from), To = TimeOnly.MinValue.AddMinutes(from + length) },
            }
    );

    private static IEnumerable<DesiredSlot.Planned> Planned(KnownApplication situation, Policy policy) =>
        Planner.Plan(situation, policy, Now).Slots.OfType<DesiredSlot.Planned>();

    // Includes the slots that would be planned if a person overrode the withholding, and no lapsed ones: these keep the plan by what was
    // known when they lapsed.
    private static IEnumerable<DesiredSlot.Planned> Offered(KnownApplication situation, Policy policy) =>
        Planner
            .Plan(situation, policy, Now)
            .Slots.Select(x => x as DesiredSlot.Planned ?? (x as DesiredSlot.Withheld)?.Otherwise?.Invoke(Before))
            .OfType<DesiredSlot.Planned>()
            // Where there is no business day before they want an answer to an offer, it is due as long as there is time.
            .Where(x => x.WindowEndsAt > Now && !x.Reasons.Exists(y => y.Code == "answerBy"));

    [Fact]
    public void Nothing_is_ever_due_on_a_day_that_is_no_business_day() =>
        Gen.Select(Known, Policies)
            .Sample(
                (situation, policy) =>
                {
                    var calendar = BusinessCalendar.For(policy, situation.Employer);
                    return Offered(situation, policy).All(x => calendar.IsBusinessDay(calendar.DateOf(x.DueAt)));
                },
                iter: Often
            );

    [Fact]
    public void Nothing_is_ever_due_on_a_quiet_date_or_outside_working_hours() =>
        Gen.Select(Known, Policies)
            .Sample(
                (situation, policy) =>
                {
                    var calendar = BusinessCalendar.For(policy, situation.Employer);
                    bool AtWork(DateTimeOffset at) =>
                        calendar.DateOf(at) is var day
                        && !calendar.IsQuiet(day)
                        && at >= calendar.Opening(day)
                        && (at == calendar.Opening(day) || at <= calendar.At(day, policy.Hours.To));
                    return Offered(situation, policy).All(x => AtWork(x.DueAt))
                        && (Planner.Plan(situation, policy, Now).Silence is not { } silence || AtWork(silence.At));
                },
                iter: Often
            );

    [Fact]
    public void The_days_that_count_are_those_of_the_policy_one_by_one() =>
        Gen.Select(Policies, Zone, Consts<string?>(null, "US", "DE"), Consts<string?>(null, "DE-BY", "US-CA"), Day)
            .Sample(
                (policy, zone, country, region, day) =>
                {
                    var calendar = BusinessCalendar.For(policy, zone, country, region);
                    var places = new[] { calendar.Where.Country, region };
                    var builtIn = places.Reverse().Select(x => x is null ? null : PublicHolidays.Of(x)).FirstOrDefault(x => x is not null);
                    var holidays = policy
                        .Holidays.Where(x => places.Contains(x.Key))
                        .SelectMany(x => x.Value)
                        .Concat((policy.BuiltInHolidays ? builtIn : null)?.Keys.Select(x => new Holiday(x)) ?? []);
                    return calendar.IsBusinessDay(day)
                            == (
                                policy.WorkingDays.Contains(day.DayOfWeek)
                                && holidays.All(x => x.On != day)
                                && !policy.DaysOff.Exists(x => x.From <= day && day <= x.Last)
                            )
                        && calendar.IsQuiet(day) == policy.QuietDates.Exists(x => x.From <= day && day <= x.Last);
                },
                iter: Often
            );

    [Fact]
    public void What_would_open_a_withheld_slot_removes_the_reason_to_withhold() =>
        // Applications states every value as it is: of two random amendments the later one may not say what it changes.
        Gen.Select(Known.Where(x => x.Facts.Count(y => y.Contract is ApplicationAmended) < 2), Policies)
            .Sample(
                (situation, policy) =>
                    Planner
                        .Plan(situation, policy, Now)
                        .Slots.OfType<DesiredSlot.Withheld>()
                        .All(slot =>
                            !slot.OpensWhen.IsEmpty
                            && slot.OpensWhen.TrueForAll(mend =>
                            {
                                var (mended, under) = Mend(situation, policy, mend.Code);
                                var then = Planner.Plan(mended, under, Now).Slots.Find(x => x.Stage == slot.Stage);
                                return then is not DesiredSlot.Withheld still
                                    || Withholding(still).Length < Withholding(slot).Length
                                    || !Withholding(still).Order().SequenceEqual(Withholding(slot).Order());
                            })
                        ),
                iter: Often
            );

    private static string[] Withholding(DesiredSlot.Withheld slot) =>
        [.. slot.Reasons.Select(x => x.Code).TakeWhile(x => x != slot.Situation)];

    private static (KnownApplication Situation, Policy Policy) Mend(KnownApplication situation, Policy policy, string code)
    {
        var last = situation.Stages[^1].Stage;
        KnownApplication Knowing(params ContactRole[] roles) =>
            roles.Aggregate(
                situation,
                (known, role) =>
                    known.Apply(
                        new ContactRecorded(Story.Application, new(Guid.NewGuid(), role, [Channel.Email, Channel.DirectMessage]), Now)
                    )
            );
        return code switch
        {
            "recordContact" => (Knowing(ContactRole.Other, ContactRole.HiringManager), policy),
            "recordRecruiter" => (Knowing(ContactRole.Recruiter), policy),
            "amendInstructions" => (
                situation.Apply(
                    new ApplicationAmended(
                        Story.Application,
                        situation.Employer,
                        situation.Posting with
                        {
                            Instructions = null,
                        },
                        situation.Approach,
                        Now
                    )
                ),
                policy
            ),
            "scheduleInterview" => (
                situation.Apply(new InterviewScheduled(Story.Application, last, last + 1, Now.AddHours(-2), Now.AddHours(-1), null, Now)),
                policy
            ),
            "changePolicy" => (
                situation,
                Policy.Default with
                {
                    Outsourced = Policy.Default.Outsourced with { Channels = [.. Enum.GetValues<Channel>()] },
                }
            ),
            _ => throw new NotSupportedException(code),
        };
    }

    [Fact]
    public void An_override_changes_nothing_but_that_it_is_made() =>
        Gen.Select(Known, Policies)
            .Sample(
                (situation, policy) =>
                    Planner
                        .Plan(situation, policy, Now)
                        .Slots.OfType<DesiredSlot.Withheld>()
                        .All(slot =>
                            slot.Otherwise?.Invoke(Before) is { } otherwise
                                ? !otherwise.Channels.IsEmpty
                                    && otherwise.Stage == slot.Stage
                                    && otherwise.Situation == slot.Situation
                                    && Withholding(slot)
                                        .Concat(otherwise.Reasons.Select(x => x.Code))
                                        .Except(["overridden", "due", "nextStepAhead"])
                                        .SequenceEqual(slot.Reasons.Select(x => x.Code).Distinct())
                                : Withholding(slot).Intersect(["noRecruiter", "noChannelLeft"]).Any()
                        ),
                iter: Often
            );

    [Fact]
    public void Every_reason_can_be_formatted_again_from_its_code_and_values() =>
        Gen.Select(Known, Policies)
            .Sample(
                (situation, policy) =>
                    Planner
                        .Plan(situation, policy, Now)
                        .Slots.SelectMany(x =>
                            x switch
                            {
                                DesiredSlot.Planned slot => slot.Reasons,
                                DesiredSlot.Withheld slot => slot
                                    .Reasons.AddRange(slot.OpensWhen)
                                    .AddRange(slot.Otherwise?.Invoke(Before).Reasons ?? []),
                                DesiredSlot.Waived slot => [slot.Reason],
                                _ => [],
                            }
                        )
                        .All(x =>
                            FollowUp.InternalContracts.Localization.ReasonText.Format(
                                x with
                                {
                                    Sentence = "",
                                },
                                System.Globalization.CultureInfo.InvariantCulture
                            ) == x.Sentence
                        ),
                iter: Often
            );

    [Fact]
    public void Nothing_is_ever_due_before_its_anchor_or_before_what_it_asks_about() =>
        Gen.Select(Known, Policies)
            .Sample(
                (situation, policy) =>
                {
                    var calendar = BusinessCalendar.For(policy, situation.Employer);
                    return Offered(situation, policy)
                        .All(x =>
                            calendar.DateOf(x.DueAt) >= x.Anchor.On
                            && x.Anchor.Kind switch
                            {
                                AnchorKind.Submission or AnchorKind.ClosingDate or AnchorKind.PromisedFollowUp => x.DueAt
                                    >= situation.SubmittedAt,
                                AnchorKind.InterviewEnd => x.DueAt >= situation.Stages.Single(s => s.Stage == x.Stage).EndsAt,
                                AnchorKind.InterviewCancellation => x.DueAt >= situation.Stages.Single(s => s.Stage == x.Stage).CancelledAt,
                                _ => true,
                            }
                        );
                },
                iter: Often
            );

    [Fact]
    public void A_window_ends_after_the_due_date_and_the_due_date_is_inside_it() =>
        Gen.Select(Known, Policies)
            .Sample(
                (situation, policy) =>
                    Planned(situation, policy).All(x => x.WindowEndsAt > x.DueAt || x.Reasons.Exists(y => y.Code == "answerBy")),
                iter: Often
            );

    [Fact]
    public void A_longer_wait_is_never_due_earlier() =>
        Gen.Select(OnlySubmitted, Policies, Gen.Int[0, 40], Gen.Int[0, 40])
            .Sample(
                (situation, policy, a, b) =>
                {
                    var (less, more) = (
                        Planned(situation, Waiting(policy, Math.Min(a, b))).ToList(),
                        Planned(situation, Waiting(policy, Math.Max(a, b))).ToList()
                    );
                    return less.Count == more.Count
                        && less.Zip(more).All(x => x.First.DueAt <= x.Second.DueAt && x.First.WindowEndsAt <= x.Second.WindowEndsAt);
                },
                iter: Often
            );

    private static Policy Waiting(Policy policy, int days) =>
        policy with
        {
            PromisedInCoverLetter = policy.PromisedInCoverLetter with { Wait = days },
            ClosingDate = policy.ClosingDate with { Wait = days },
            OwnerRun = policy.OwnerRun with { Wait = days },
            PersonnelOffice = policy.PersonnelOffice with { Wait = days },
            CorporateHr = policy.CorporateHr with { Wait = days },
            ManagementTeam = policy.ManagementTeam with { Wait = days },
            Outsourced = policy.Outsourced with { Wait = days },
            Unknown = policy.Unknown with { Wait = days },
            Referral = policy.Referral with { Wait = days },
            JobBoard = policy.JobBoard with { Wait = days },
            AfterInterview = policy.AfterInterview with { Wait = days },
            PromisedNextStep = policy.PromisedNextStep with { Wait = days },
            InterviewCancelled = policy.InterviewCancelled with { Wait = days },
        };

    [Fact]
    public void The_order_in_which_contacts_were_recorded_makes_no_difference() =>
        Gen.Select(Known, Contact.Array[0, 6])
            .SelectMany(
                (situation, contacts) =>
                {
                    var independent = contacts.DistinctBy(x => x.Id).ToArray();
                    return Gen.Shuffle(independent).Select(shuffled => (situation, independent, shuffled));
                }
            )
            .Sample(
                (situation, independent, shuffled) =>
                {
                    DesiredPlan Plan(IEnumerable<ContactReference> contacts) =>
                        Planner.Plan(
                            contacts.Aggregate(
                                situation with
                                {
                                    Contacts = [],
                                },
                                (known, x) => known.Apply(new ContactRecorded(Story.Application, x, Start))
                            ),
                            Policy.Default,
                            Now
                        );
                    return Plan(independent).Slots.SequenceEqual(Plan(shuffled).Slots);
                },
                iter: Often
            );

    [Fact]
    public void No_sequence_of_events_throws_and_no_stage_has_two_slots() =>
        Later
            .Array[0, 15]
            .Select(Submitted.Array[0, 2], (later, submitted) => later.Concat(submitted).ToArray())
            .SelectMany(x => Gen.Shuffle(x))
            .Sample(
                events =>
                {
                    var situation = events.Aggregate(KnownApplication.Empty, (known, e) => known.Apply(e));
                    var slots = Planner.Plan(situation, Policy.Default, Now).Slots;
                    return slots.Select(x => x.Stage).Distinct().Count() == slots.Count
                        && situation.Stages.Select(x => x.Stage).SequenceEqual(situation.Stages.Select(x => x.Stage).Order());
                },
                iter: Often
            );

    [Fact]
    public void Asking_twice_gives_the_same_answer() =>
        Gen.Select(Known, Policies)
            .Sample(
                (situation, policy) => Planner.Plan(situation, policy, Now).Slots.SequenceEqual(Planner.Plan(situation, policy, Now).Slots),
                iter: Often
            );

    [Fact]
    public void A_made_slot_stays_made_whatever_happens() =>
        Gen.Select(Known, Later.Array[0, 6])
            .Sample(
                (situation, later) =>
                {
                    var made = Planner.Plan(situation, Policy.Default, Now).Slots.OfType<DesiredSlot.Settled>().ToList();
                    var then = Planner.Plan(later.Aggregate(situation, (known, e) => known.Apply(e)), Policy.Default, Now).Slots;
                    return made.TrueForAll(then.Contains);
                },
                iter: Often
            );

    [Fact]
    public void Every_open_slot_says_its_situation_and_every_sentence_ends() =>
        Gen.Select(Known, Policies)
            .Sample(
                (situation, policy) =>
                    Planner
                        .Plan(situation, policy, Now)
                        .Slots.All(slot =>
                            slot switch
                            {
                                DesiredSlot.Planned x => x.Reasons[0].Code == x.Situation
                                    && x.Reasons.TrueForAll(IsSentence)
                                    && !x.Channels.IsEmpty,
                                DesiredSlot.Withheld x => x.Reasons.Exists(r => r.Code == x.Situation)
                                    && x.Because.Code != x.Situation
                                    && x.Reasons.TrueForAll(IsSentence),
                                DesiredSlot.Waived x => IsSentence(x.Reason),
                                _ => true,
                            }
                        ),
                iter: Often
            );

    private static bool IsSentence(Reason reason) => char.IsUpper(reason.Sentence[0]) && reason.Sentence[^1] == '.';

    [Fact]
    public void A_situation_survives_JSON_and_so_does_its_plan() =>
        Known.Sample(
            situation =>
            {
                var json = JsonSerializer.Serialize(situation, Json.Lenient);
                var back = JsonSerializer.Deserialize<KnownApplication>(json, Json.Lenient)!;
                return json == JsonSerializer.Serialize(back, Json.Lenient)
                    && Planner.Plan(situation, Policy.Default, Now).Slots.SequenceEqual(Planner.Plan(back, Policy.Default, Now).Slots);
            },
            iter: Often
        );

    [Fact]
    public void A_planned_slot_survives_JSON() =>
        Known.Sample(
            situation =>
                Planned(situation, Policy.Default)
                    .All(x =>
                        x == JsonSerializer.Deserialize<DesiredSlot.Planned>(JsonSerializer.Serialize(x, Json.Lenient), Json.Lenient)
                    ),
            iter: Often
        );

    [Fact]
    public void The_ends_of_time_do_not_throw()
    {
        foreach (var (at, on) in new[] { (DateTimeOffset.MinValue, DateOnly.MinValue), (DateTimeOffset.MaxValue, DateOnly.MaxValue) })
        {
            var story = Story
                .Submitted(timeZone: "Pacific/Kiritimati")
                .And(
                    new CoverLetterSent(Story.Application, at, on),
                    new EmployerResponded(Story.Application, 1, at, on),
                    new InterviewScheduled(Story.Application, 1, 2, at, at, null, at),
                    new FollowUpMade(Story.Application, 2, Channel.Email, "ana", at, Guid.Empty)
                );
            Assert.Equal(2, story.Plan().Slots.Count);
            var closing = new Story(KnownApplication.Empty, Policy.Default).And(
                new ApplicationSubmitted(Story.Application, "c", new("Acme"), new("Clerk", null, on), Approach.Direct, [], at)
            );
            Assert.IsType<DesiredSlot.Planned>(closing.Slot());
        }
    }

    [Fact]
    public void Missing_values_of_a_sender_do_not_throw()
    {
        object[] events =
        [
            JsonSerializer.Deserialize<ApplicationSubmitted>("""{ "submittedAt": "2026-03-02T10:00:00Z" }""", Json.Lenient)!,
            JsonSerializer.Deserialize<ContactRecorded>("""{ "contact": { "role": "owner" } }""", Json.Lenient)!,
            JsonSerializer.Deserialize<ContactRecorded>("{}", Json.Lenient)!,
            JsonSerializer.Deserialize<ApplicationAmended>("{}", Json.Lenient)!,
        ];
        var situation = events.Aggregate(KnownApplication.Empty, (known, e) => known.Apply(e));
        Assert.IsType<DesiredSlot.Planned>(Assert.Single(Planner.Plan(situation, Policy.Default, Now).Slots));
    }

    [Fact]
    public void Nothing_is_wanted_of_an_application_that_was_never_submitted()
    {
        Assert.Empty(Planner.Plan(KnownApplication.Empty, Policy.Default, Now).Slots);
        Assert.Empty(
            new Story(KnownApplication.Empty, Policy.Default).Promised("2026-03-12").Responded("2026-03-04T10:00:00Z").Plan().Slots
        );
    }
}
