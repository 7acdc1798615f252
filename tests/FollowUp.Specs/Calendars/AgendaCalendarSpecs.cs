using System.Text;
using FollowUp.Contracts;
using FollowUp.Scheduler.Calendars;
using FollowUp.Scheduler.Projections;
using Ical.Net;

namespace FollowUp.Specs.Calendars;

public sealed class AgendaCalendarSpecs
{
    private static readonly DateTimeOffset Now = new(2026, 9, 21, 9, 0, 0, TimeSpan.Zero);

    private static string Written(string name, string employer, string title) =>
        AgendaCalendar.Of(
            name,
            [
                (
                    new AgendaEntry
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
                    },
                    Now
                ),
            ]
        );

    [Theory]
    [InlineData("\"a\"", true)]
    [InlineData("W/\"a\"", true)]
    [InlineData("\"b\", W/\"a\"", true)]
    [InlineData("*", true)]
    [InlineData("\"b\"", false)]
    [InlineData("a", false)]
    [InlineData("", false)]
    public void What_a_program_has_is_known_by_any_of_its_entity_tags(string ifNoneMatch, bool isKnown) =>
        Assert.Equal(isKnown, CalendarRoutes.IsKnown(ifNoneMatch, "\"a\""));

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
