using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Resources;
using System.Text.RegularExpressions;
using FollowUp.Contracts;
using FollowUp.InternalContracts.Localization;
using FollowUp.Scheduler;
using FollowUp.Scheduler.Planning;
using static FollowUp.Specs.Planning.Story;

namespace FollowUp.Specs.Planning;

public sealed partial class SentenceSpecs
{
    private static readonly ImmutableSortedDictionary<string, string> Entries = new ResourceManager(typeof(ReasonText))
        .GetResourceSet(CultureInfo.InvariantCulture, true, false)!
        .Cast<DictionaryEntry>()
        .ToImmutableSortedDictionary(x => (string)x.Key, x => (string)x.Value!, StringComparer.Ordinal);

    private static readonly DateTimeOffset Moment = At("2026-03-09T09:05:07+02:00");
    private static readonly DesiredSlot.Planned Plan = new(
        1,
        Moment,
        Moment.AddDays(3),
        [Channel.Phone, Channel.DirectMessage],
        null,
        Situations.Unknown,
        new(AnchorKind.Submission, Date("2026-03-02")),
        []
    );
    private static readonly Claimed Claim = new(1, Guid.Empty, "ana", null, 1, Moment, Moment);

    // Enough values of every parameter type of a sentence to produce each of the sentence's forms.
    private static object?[] Values(ParameterInfo x) =>
        x.ParameterType switch
        {
            var type when (Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } words =>
            [
                .. Enum.GetValues(words).Cast<object?>(),
                .. type == words ? [] : new object?[] { null },
            ],
            var type when type == typeof(string) && x.Member.Name == nameof(Reasons.NoHolidaysKnown) => ["DE", null],
            var type when type == typeof(string) => x.Name == "code" ? [.. Policy.Default.Rows.Select(row => row.Key)] : ["Europe/Berlin"],
            var type when type == typeof(int) => [0, 1, 7],
            var type when type == typeof(bool) => [true, false],
            var type when type == typeof(DateTimeOffset?) => [Moment, null],
            var type when type == typeof(SkippedDays) =>
            [
                .. new[] { "2026-03-04", "2026-03-05" }.SelectMany(to =>
                    new[] { "Easter", null }.SelectMany(name =>
                        new[] { true, false }.Select(x => new SkippedDays(Date("2026-03-04"), Date(to), name, x))
                    )
                ),
            ],
            var type when type == typeof(DateOnly) => [Date("2026-03-04")],
            var type when type == typeof(TimeOnly) => [new TimeOnly(9, 0)],
            var type when type == typeof(DateTimeOffset) => [Moment],
            var type when type == typeof(Anchor) =>
            [
                .. Enum.GetValues<AnchorKind>()
                    .SelectMany(kind =>
                        new Basis?[] { null, Basis.Measured, Basis.Declared, Basis.Inferred }.Select(basis => new Anchor(
                            kind,
                            Date("2026-03-04"),
                            basis
                        ))
                    ),
            ],
            var type when type == typeof(Reason) => [Reasons.NoContact(), Reasons.StageClosed(2)],
            var type when type == typeof(DesiredSlot.Planned) => x.Name == "plan" && x.Member.Name == "HasLapsed" ? [Plan, null] : [Plan],
            var type when type == typeof(DesiredSlot.Withheld) => [new DesiredSlot.Withheld(1, Situations.Unknown, [Reasons.NoContact()])],
            var type when type == typeof(Claimed) => [Claim],
            var type when type == typeof(Settled) => [new Settled(1, Guid.Empty, "ana", Channel.Phone, 1, Moment)],
            var type when type == typeof(IReadOnlyList<Channel>) => [new[] { Channel.Phone, Channel.Email }],
            var type when type == typeof(Slot) => [new Slot(1), new Slot(1) { Claim = Claim }],
            var type => throw new NotSupportedException(type.Name),
        };

    internal static readonly ImmutableList<Reason> All =
    [
        .. typeof(Reasons)
            .GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(x => x.ReturnType == typeof(Reason))
            .SelectMany(method =>
                method
                    .GetParameters()
                    .Aggregate(
                        (IEnumerable<object?[]>)
                            [
                                [],
                            ],
                        (lists, parameter) => lists.SelectMany(list => Values(parameter).Select(value => (object?[])[.. list, value]))
                    )
                    .Select(arguments => (Reason)method.Invoke(null, arguments)!)
            ),
    ];

    private static string KeyOf(Reason reason) =>
        reason.Values?.TryGetValue("form", out var form) is true ? $"{reason.Code}.{form}" : reason.Code;

    [Fact]
    public void Every_sentence_is_whole()
    {
        Assert.True(All.Count > 100);
        Assert.All(All, x => Assert.DoesNotMatch(Brace(), x.Sentence));
        // The exception: "ana holds the claim …"
        Assert.All(All, x => Assert.True(char.IsUpper(x.Sentence[0]) || x.Values?.GetValueOrDefault("by") == "ana", x.Sentence));
        Assert.All(All, x => Assert.EndsWith(".", x.Sentence, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_value_that_a_sentence_names_is_given_and_days_are_written_for_programs()
    {
        foreach (var reason in All)
        {
            Assert.All(Placeholder().Matches(Entries[KeyOf(reason)]), x => Assert.Contains(x.Groups["name"].Value, reason.Values!.Keys));
        }

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["on"] = "2026-03-04",
                ["at"] = "09:00",
                ["until"] = "2026-03-18",
                ["timeZone"] = "Europe/Berlin",
            },
            Reasons.Due(Date("2026-03-04"), new(9, 0), Date("2026-03-18"), "Europe/Berlin").Values
        );
        Assert.Equal("2026-03-09T07:05:07Z", Reasons.SharedContact(Moment, isSameCandidate: false).Values!["dueAt"]);
        Assert.Null(Reasons.NoContact().Values);
    }

    [Fact]
    public void No_entry_is_unused_and_every_word_has_one()
    {
        var words = new Dictionary<string, string[]>
        {
            ["basis"] = [.. Camel<Basis>(), "other"],
            ["channel"] = Camel<Channel>(),
            ["by"] = Camel<Channel>(),
            ["role"] = [.. Camel<ContactRole>(), "anyone"],
            ["closed"] = Camel<ClosingReason>(),
            ["wait"] = ["0", "1", "other"],
            ["days"] = ["1", "other"],
            ["followUps"] = ["1", "other"],
            ["snoozes"] = ["0", "1", "other"],
            ["format"] = ["date", "time", "day", "minute", "second"],
        };
        Assert.Equal(
            All.Select(KeyOf)
                .Concat(words.SelectMany(x => x.Value.Select(word => $"{x.Key}.{word}")))
                .Distinct()
                .Order(StringComparer.Ordinal),
            Entries.Keys
        );
        var named = Entries
            .Values.SelectMany(x => Placeholder().Matches(x))
            .Select(x => x.Groups["word"].Value)
            .Where(x => x.Length > 0)
            .Distinct()
            .ToList();
        Assert.All(named, x => Assert.True(words.ContainsKey(x) || words["format"].Contains(x), x));
        Assert.All(words.Keys.Except(["format"]).Concat(words["format"]), x => Assert.Contains(x, named));
    }

    [Fact]
    public void Every_code_of_the_table_has_a_sentence_and_says_how_long_to_wait()
    {
        Assert.All(Policy.Default.Rows, x => Assert.Equal(x.Key, Reasons.Situation(x.Key, 3).Code));
        Assert.EndsWith(" Wait for 7 business days.", Reasons.Situation(Situations.Unknown, 7).Sentence, StringComparison.Ordinal);
        Assert.EndsWith(" Wait for 1 business day.", Reasons.Situation(Situations.Unknown, 1).Sentence, StringComparison.Ordinal);
        Assert.Equal("How this employer hires isn't known.", Reasons.Situation(Situations.Unknown, 0).Sentence);
    }

    [Fact]
    public void A_reason_states_how_its_day_is_known()
    {
        Assert.Equal(
            "Counted from Wednesday 4 March 2026, when the application was submitted (recorded as it happened).",
            Reasons.CountedFrom(new(AnchorKind.Submission, Date("2026-03-04"), Basis.Measured)).Sentence
        );
        Assert.Equal(
            "Counted from the end of the interview on Wednesday 4 March 2026 (an assumption: nobody said when).",
            Reasons.CountedFrom(new(AnchorKind.InterviewEnd, Date("2026-03-04"), Basis.Inferred)).Sentence
        );
        Assert.Equal(
            "Counted from Wednesday 4 March 2026, when the interview was cancelled.",
            Reasons.CountedFrom(new(AnchorKind.InterviewCancellation, Date("2026-03-04"))).Sentence
        );
    }

    [Fact]
    public void A_reason_is_formatted_again_from_its_code_and_values_and_stays_as_it_is_without_them()
    {
        Assert.All(
            All.Where(x => Entries.ContainsKey(KeyOf(x))),
            x => Assert.Equal(x.Sentence, ReasonText.Format(x with { Sentence = "…" }, CultureInfo.InvariantCulture))
        );
        Assert.Equal("An old sentence.", ReasonText.Format(new("due", "An old sentence."), CultureInfo.InvariantCulture));
        Assert.Equal(
            "A sentence of a newer version.",
            ReasonText.Format(new("newer", "A sentence of a newer version."), CultureInfo.InvariantCulture)
        );
        Assert.Equal(
            "The employer answered on mercredi 4 mars 2026, so there is nothing to ask.",
            ReasonText.Format(Reasons.EmployerResponded(Date("2026-03-04")), CultureInfo.GetCultureInfo("fr-FR"))
        );
    }

    [Theory]
    [InlineData("tr-TR"), InlineData("ar-SA"), InlineData("fa-IR"), InlineData("th-TH"), InlineData("de-DE")]
    public void The_machines_own_language_plays_no_part(string culture)
    {
        var (before, beforeOfPages) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        var english = Submitted(HiringProcess.OwnerRun, closesOn: "2026-03-31", timeZone: "nowhere").Plan();
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);
            var reasons = (
                (DesiredSlot.Planned)Submitted(HiringProcess.OwnerRun, closesOn: "2026-03-31", timeZone: "nowhere").Plan().Slots[0]
            ).Reasons;
            Assert.Equal(((DesiredSlot.Planned)english.Slots[0]).Reasons.Select(x => x.Sentence), reasons.Select(x => x.Sentence));
            Assert.Equal("2026-03-31", reasons[1].Values!["on"]);
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (before, beforeOfPages);
        }
    }

    private static string[] Camel<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName)];

    [GeneratedRegex(@"[{}]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Brace();

    [GeneratedRegex(@"\{(?<name>\w+)(:(?<word>\w+))?\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Placeholder();
}
