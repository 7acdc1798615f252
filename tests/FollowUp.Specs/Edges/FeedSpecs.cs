using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using CsCheck;
using FollowUp.Contracts;
using FollowUp.Modules.Feed;
using FollowUp.Platform;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Http;

namespace FollowUp.Specs.Edges;

public sealed class FeedSpecs
{
    private static ImmutableHashSet<string> Open(params string[] writers) => [.. writers];

    // High-water mark

    [Fact]
    public void Without_open_transactions_every_assigned_number_is_final() =>
        Assert.Equal(7, HighWaterMark.At(3).After(given: 7, Open(), unbroken: 3).Value);

    [Fact]
    public void Numbers_without_a_gap_are_final_whatever_transactions_are_open() =>
        Assert.Equal(5, HighWaterMark.At(3).After(given: 9, Open("a"), unbroken: 5).Value);

    [Fact]
    public void A_gap_is_waited_for_as_long_as_one_who_may_fill_it_is_open()
    {
        var mark = HighWaterMark.At(3).After(given: 6, Open("a", "b"), unbroken: 3);
        mark = mark.After(given: 8, Open("a", "c"), unbroken: 3);
        Assert.Equal(3, mark.Value);
        mark = mark.After(given: 9, Open("c", "d"), unbroken: 3);
        Assert.Equal(6, mark.Value); // the transactions that could hold 6 or less have ended; c may hold 7 or 8
        Assert.Equal(9, mark.After(given: 12, Open("e"), unbroken: 6).Value);
    }

    [Fact]
    public void It_never_covers_a_number_of_an_open_transaction_and_covers_all_without_one()
    {
        // A store in which transactions take sequence numbers, commit or roll back in any order, and are observed in between.
        Gen.Int[0, 5]
            .Array[0, 200]
            .Sample(
                steps =>
                {
                    var (mark, given, next) = (HighWaterMark.At(0), 0L, 0);
                    var open = new Dictionary<string, List<long>>(StringComparer.Ordinal);
                    var committed = new SortedSet<long>();
                    foreach (var (step, i) in steps.Select((x, i) => (x, i)))
                    {
                        var one = open.Count == 0 ? null : open.Keys.Order(StringComparer.Ordinal).ElementAt(i % open.Count);
                        switch (step)
                        {
                            case 0 or 1:
                                open[$"t{next++:000}"] = [++given];
                                break;
                            case 2 when one is not null:
                                open[one].Add(++given);
                                break;
                            case 3 when one is not null:
                                committed.UnionWith(open[one]);
                                open.Remove(one);
                                break;
                            case 4 when one is not null:
                                open.Remove(one);
                                break;
                            case 5:
                                var before = mark;
                                mark = Look();
                                Assert.True(mark.Value >= before.Value);
                                Assert.All(open.Values.SelectMany(x => x), held => Assert.True(held > mark.Value));
                                break;
                        }
                    }
                    open.Clear();
                    Assert.Equal(given, Look().Value);

                    HighWaterMark Look() =>
                        mark.After(
                            given,
                            [.. open.Keys],
                            Enumerable.Range(0, int.MaxValue).Select(x => mark.Value + x).First(x => !committed.Contains(x + 1))
                        );
                },
                iter: 3_000
            );
    }

    // Positions

    [Fact]
    public void A_position_is_read_as_it_was_given_out_and_is_one_plain_word()
    {
        foreach (var sequence in new[] { 0, 1, 200, long.MaxValue })
        {
            var text = Position.Write(Here, sequence);
            Assert.Matches("^[A-Za-z0-9_-]+$", text);
            Assert.Equal(sequence, Position.Read(text, Here, "after"));
        }
    }

    [
        Theory,
        InlineData("x"),
        InlineData("!!!"),
        InlineData("MQ"),
        InlineData("Latest"),
        InlineData(" "),
        InlineData("ü"),
        InlineData("MTA6MTA")
    ]
    public void An_invalid_position_is_refused_by_name(string text) =>
        Assert.Equal("Last-Event-ID", Assert.Single(Refused(text).Errors!).Key);

    [Fact]
    public void A_position_of_the_other_service_says_so() =>
        Assert.Contains(
            "other service",
            Refused(Position.Write(Here with { Source = Catalogue.Scheduler }, 5)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_position_of_a_store_that_was_lost_is_refused_and_says_what_to_do()
    {
        var refused = Refused(Position.Write(Here with { Store = "0000000000000000" }, 5));
        Assert.Equal(("anotherStore", 400, "Last-Event-ID"), (refused.Code, refused.HttpStatus(), Assert.Single(refused.Errors!).Key));
        Assert.Contains("from the start", refused.Message, StringComparison.Ordinal);
        Assert.Contains("skip the events", refused.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("/followup/applications:7c1e90ab34d2f865:05"), InlineData("/followup/applications:7c1e90ab34d2f865:")]
    [InlineData("/followup/applications:7c1e90ab34d2f865:5:5"), InlineData("applications:7c1e90ab34d2f865:5")]
    [InlineData("/followup/applications:5")]
    public void A_position_that_was_changed_is_refused(string changed) =>
        Assert.Equal("badInput", Refused(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(changed))).Code);

    private static readonly FeedOrigin Here = new(Catalogue.Applications, "7c1e90ab34d2f865");

    private static RefusedException Refused(string text) =>
        Assert.Throws<RefusedException>(() => Position.Read(text, Here, "Last-Event-ID"));
}
