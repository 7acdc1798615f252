using FollowUp.Applications.Candidates;
using FollowUp.Applications.Pages.Pipeline;
using FollowUp.Applications.Queries;
using FollowUp.Contracts;
using FollowUp.Specs.Domain;
using FollowUp.Specs.Guards;
using NodaTime;

namespace FollowUp.Specs.Pages;

/// <summary>Every entry that a timeline can have is a sentence, in both languages.</summary>
public sealed class TimelineSpecs
{
    public static TheoryData<string> Types => [.. Catalogue.ApplicationEvents.Values.Concat(Catalogue.SchedulerEvents.Values)];

    [Theory, MemberData(nameof(Types))]
    public void Every_event_is_a_sentence_in_both_languages(string type)
    {
        var contract = Samples.Contracts.First(x => x.GetType() == Catalogue.Find(type));
        var english = Spoken.In("en-GB", (t, terms) => new TimelineWords(t, terms, DateTimeZone.Utc).Sentence(contract));
        var german = Spoken.In("de-DE", (t, terms) => new TimelineWords(t, terms, DateTimeZone.Utc).Sentence(contract));
        Assert.Matches(@"^\p{L}.*[.!]$", english);
        Assert.Matches(@"^\p{L}.*[.!]$", german);
        Assert.NotEqual(english, german);
        Assert.DoesNotContain(type, english, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        InterviewKind.Video,
        true,
        "Interview 2 (video call) was agreed: ",
        "Vorstellungsgespräch 2 (Videogespräch) wurde vereinbart: "
    )]
    [InlineData(InterviewKind.OnSite, false, "Interview 2 (on site) was agreed: ", "Vorstellungsgespräch 2 (vor Ort) wurde vereinbart: ")]
    [InlineData(InterviewKind.Other, true, "Interview 2 was agreed: ", "Vorstellungsgespräch 2 wurde vereinbart: ")]
    [InlineData(null, false, "Interview 2 was agreed: ", "Vorstellungsgespräch 2 wurde vereinbart: ")]
    public void An_interview_has_its_kind(InterviewKind? kind, bool isWith, string english, string german)
    {
        var interview = Samples.Contracts.OfType<InterviewScheduled>().First() with
        {
            Interview = 2,
            Kind = kind,
            With = isWith ? Guid.NewGuid() : null,
        };
        Assert.StartsWith(english, Sentence("en-GB"), StringComparison.Ordinal);
        Assert.StartsWith(german, Sentence("de-DE"), StringComparison.Ordinal);
        Assert.Equal(isWith, Sentence("en-GB").EndsWith(", with someone there.", StringComparison.Ordinal));

        string Sentence(string language) =>
            Spoken.In(language, (t, terms) => new TimelineWords(t, terms, DateTimeZone.Utc).Sentence(interview));
    }

    [Fact]
    public void An_unknown_type_is_no_contract()
    {
        var item = new GetTimeline.Item(
            Catalogue.Scheduler,
            1,
            "followup.follow-up.sung.v1",
            default,
            default,
            null,
            System.Text.Json.JsonSerializer.SerializeToElement(new { })
        );
        Assert.Null(TimelineWords.Contract(item));
        Assert.Null(
            TimelineWords.Contract(
                item with
                {
                    Type = "followup.follow-up.due.v1",
                    Data = System.Text.Json.JsonSerializer.SerializeToElement("text"),
                }
            )
        );
    }

    [Fact]
    public void A_note_stands_beside_the_follow_up_of_its_claim_however_late_it_was_written_and_an_older_one_by_the_time()
    {
        var (application, first, second, at) = (Slots.Subject, Guid.NewGuid(), Guid.NewGuid(), Slots.DueAt);
        GetTimeline.Item Made(Guid claim, DateTimeOffset recordedAt) =>
            new(
                Catalogue.Applications,
                2,
                "followup.application.follow-up-made.v1",
                at,
                recordedAt,
                "ana",
                System.Text.Json.JsonSerializer.SerializeToElement(
                    new FollowUpMade(application, 1, Channel.Email, "ana", at, claim),
                    Json.Lenient
                )
            );
        var late = Note.Of(application, "c-1", "Late.", "ana", at.AddDays(1), first);
        var old = Note.Of(application, "c-1", "Old.", "ana", at.AddSeconds(20));

        Assert.Equal(late, ApplicationView.NoteBeside(Made(first, at), [old, late]));
        Assert.Equal(old, ApplicationView.NoteBeside(Made(second, at), [old, late]));
        // the note belongs to another follow-up, although it was written at that time
        Assert.Null(ApplicationView.NoteBeside(Made(second, at.AddDays(1)), [old, late]));
        Assert.Null(ApplicationView.NoteBeside(Made(first, at) with { Type = "followup.application.closed.v1" }, [old, late]));
        Assert.Equal(late.Id, Note.Of(application, "c-1", "Again.", "ben", at, first).Id);
        Assert.NotEqual(late.Id, Note.IdOf(Guid.NewGuid(), first));
    }

    [Fact]
    public void An_amendment_says_only_what_it_changed()
    {
        var submitted = new ApplicationSubmitted(
            Slots.Subject,
            "c-1",
            new("Acme"),
            new("Clerk"),
            Approach.Direct,
            [],
            Slots.At("2026-03-02T10:00:00Z")
        );
        var amended = new ApplicationAmended(
            Slots.Subject,
            new("Acme", HiringProcess.Outsourced),
            new("Clerk", ClosesOn: new(2026, 12, 1), Instructions: new(NoPhoneCalls: true)),
            Approach.Direct,
            submitted.SubmittedAt
        );
        var sentences = Spoken.In(
            "en-GB",
            (t, terms) =>
            {
                var words = new TimelineWords(t, terms, DateTimeZone.Utc);
                return (string[])
                    [
                        words.Sentence(submitted),
                        words.Sentence(amended),
                        words.Sentence(amended with { Posting = amended.Posting with { Instructions = null } }),
                    ];
            }
        );
        Assert.Equal(
            [
                "The application went to Acme: Clerk (direct).",
                "Something was learned since: Hires by: an agency; Closing date: 1 December 2026; no phone calls.",
                "Something was learned since: phone calls are fine.",
            ],
            sentences.Select(x => x.Replace("Tuesday, ", "", StringComparison.Ordinal).Replace("Tuesday ", "", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void The_contact_is_named_where_known()
    {
        var planned = Samples.Contracts.OfType<FollowUpPlanned>().First();
        var contact = new Contact(planned.Contact!.Id, planned.Application, "c-1", ContactRole.Recruiter, "R. Roe", null, null, null);
        Assert.EndsWith(
            "to R. Roe (recruiter).",
            Spoken.In("en-GB", (t, terms) => new TimelineWords(t, terms, DateTimeZone.Utc).Sentence(planned, contact)),
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            "to recruiter.",
            Spoken.In("en-GB", (t, terms) => new TimelineWords(t, terms, DateTimeZone.Utc).Sentence(planned)),
            StringComparison.Ordinal
        );
    }
}
