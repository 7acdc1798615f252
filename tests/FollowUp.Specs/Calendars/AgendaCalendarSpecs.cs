using System.Text;
using FollowUp.Contracts;
using FollowUp.InternalContracts;
using FollowUp.Scheduler.Calendars;
using FollowUp.Scheduler.Projections;
using Ical.Net;
using Ical.Net.CalendarComponents;

namespace FollowUp.Specs.Calendars;

public sealed class AgendaCalendarSpecs
{
    private static readonly DateTimeOffset Now = new(2026, 9, 21, 9, 0, 0, TimeSpan.Zero);

    private static readonly CandidateNames Nothing = new(new Dictionary<string, string>(), null);

    private static string Written(string name, string employer, string title) =>
        AgendaCalendar.Of(name, [(Slot(employer, title), Now)], [], Nothing);

    private static AgendaEntry Slot(string employer = "Acme", string title = "Clerk") =>
        new()
        {
            Id = "1",
            Application = Guid.Empty,
            Stage = 1,
            Status = SlotStatus.Planned,
            Candidate = "c-1",
            Employer = employer,
            Title = title,
            DueAt = Now,
            SortAt = Now,
            Channels = [Channel.Email],
        };

    private static CalendarEvent Shown(InterviewItem interview) =>
        Calendar
            .Load(AgendaCalendar.Of("Mine", [], [(Slot() with { Interview = interview, Revision = 7 }, Now)], Nothing))!
            .Events.Single();

    [Fact]
    public void An_entry_has_the_candidates_name_and_a_link_where_they_are_known()
    {
        var known = new CandidateNames(
            new Dictionary<string, string> { ["c-1"] = "Ada Byron" },
            "https://followup.example.org"
        );
        var entry = Calendar.Load(AgendaCalendar.Of("Mine", [(Slot(), Now)], [], known))!.Events.Single();
        Assert.Equal("Follow up: Acme, Clerk (Ada Byron)", entry.Summary);
        Assert.Equal($"https://followup.example.org/pipeline/{Guid.Empty}", entry.Url?.ToString());
        Assert.EndsWith($"\nhttps://followup.example.org/pipeline/{Guid.Empty}", entry.Description, StringComparison.Ordinal);

        var without = Calendar.Load(Written("Mine", "Acme", "Clerk"))!.Events.Single();
        Assert.Equal(("Follow up: Acme, Clerk (c-1)", null), (without.Summary, without.Url));
    }

    [Fact]
    public void An_interview_is_an_entry_of_its_own()
    {
        var entry = Shown(new(Now.AddDays(2), Now.AddDays(2).AddHours(1), null, IsCancelled: false));
        Assert.Equal(("1-interview@followup", 7, "Interview: Acme, Clerk (c-1)"), (entry.Uid, entry.Sequence, entry.Summary));
        Assert.Equal((Now.AddDays(2).UtcDateTime, "CONFIRMED"), (entry.Start!.AsUtc, entry.Status));
    }

    [Fact]
    public void An_interview_of_which_only_the_day_is_known_takes_the_day()
    {
        var entry = Shown(new(Now, Now.AddHours(1), new(2026, 9, 23), IsCancelled: false));
        Assert.True(entry.IsAllDay);
        Assert.Equal(new DateOnly(2026, 9, 23), entry.Start!.Date);
        Assert.Equal(new DateOnly(2026, 9, 24), entry.End!.Date);
    }

    [Fact]
    public void A_cancelled_interview_stays_with_that_status() =>
        Assert.Equal(
            ("CANCELLED", "1-interview@followup"),
            Shown(new(Now, Now.AddHours(1), null, IsCancelled: true)) is var x ? (x.Status, x.Uid) : default
        );

    [Fact]
    public void Whatever_is_in_a_line_it_is_folded_within_75_octets_and_read_back_whole()
    {
        // One more letter each time: every position inside a four-octet character or a multi-character sequence falls on a fold once.
        foreach (var signs in new[] { "👩‍💻🦊", "Äß", "漢字", "plain, and; with\\ marks\nand lines " })
        {
            for (var before = 0; before < 80; before++)
            {
                var text = new string('x', before) + string.Concat(Enumerable.Repeat(signs, 30));
                var written = Written(text, text, text);

                Assert.All(written.Split("\r\n"), x => Assert.True(Encoding.UTF8.GetByteCount(x) <= 75, x));
                var read = Calendar.Load(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(written)))!;
                Assert.Equal($"Follow up: {text}, {text} (c-1)", Assert.Single(read.Events).Summary);
                Assert.DoesNotContain('\uFFFD', written);
            }
        }
    }

    [Fact]
    public void Lines_that_are_short_stay_as_they_are()
    {
        var lines = Written("Mine", "Acme", "Clerk").Split("\r\n");
        Assert.Equal(("BEGIN:VCALENDAR", "END:VCALENDAR", ""), (lines[0], lines[^2], lines[^1]));
        Assert.Contains("X-WR-CALNAME:Mine", lines);
        Assert.Contains("SUMMARY:Follow up: Acme\\, Clerk (c-1)", lines);
    }
}
