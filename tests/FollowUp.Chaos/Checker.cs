using System.Collections.Frozen;
using System.Globalization;

namespace FollowUp.Chaos;

/// <summary>The promise that a finding breaks.</summary>
internal enum Broken
{
    /// <summary>A recorded or acknowledged fact is missing somewhere.</summary>
    Lost,

    /// <summary>A fact is there twice, or a number means two events.</summary>
    Doubled,

    /// <summary>Something is there, or was answered, that no command explains.</summary>
    Unexpected,

    /// <summary>A stage has two follow-ups, or two claims at once.</summary>
    TwoInAStage,

    /// <summary>The two services show an application differently.</summary>
    Disagreeing,
}

internal sealed record Finding(Broken What, Guid? Application, string Text)
{
    public override string ToString() => Application is { } id ? $"{What}: {id}: {Text}" : $"{What}: {Text}";
}

/// <summary>Compares what was acknowledged with what is recorded, shown, fed and heard.</summary>
internal static class Checker
{
    private const string Claimed = "followup.follow-up.claimed.v1",
        ClaimRefused = "followup.follow-up.claim-refused.v1",
        Settled = "followup.follow-up.settled.v1",
        Snoozed = "followup.follow-up.snoozed.v1",
        Made = "followup.application.follow-up-made.v1";

    // Besides all events of Applications, these happen only because a caller commanded it.
    private static readonly FrozenSet<string> Commanded = new[] { Claimed, Settled, Snoozed }.ToFrozenSet();

    // These end a claim.
    private static readonly FrozenSet<string> Ended = new[]
    {
        "followup.follow-up.claim-released.v1",
        "followup.follow-up.claim-expired.v1",
        "followup.follow-up.waived.v1",
        "followup.follow-up.lapsed.v1",
        "followup.follow-up.withheld.v1",
        Settled,
    }.ToFrozenSet();

    public static IReadOnlyList<Finding> Check(History history) =>
        [
            .. history.Complaints.Select(x => new Finding(Broken.Unexpected, null, x)),
            .. Attempts(history),
            .. Answers(history),
            .. DeadLetters(history),
            .. Numbers(history.Recorded),
            .. Stages(history.Recorded),
            .. Followed(history),
            .. Heard(history),
            .. Timelines(history),
            .. FollowUps(history),
            .. Agreement(history.Views),
        ];

    /// <summary>Each acknowledged fact is recorded once, a fact in doubt at most once, and nothing else is.</summary>
    private static IEnumerable<Finding> Attempts(History history)
    {
        var recorded = history.Recorded.ToLookup(x => (x.Correlation, x.Type));
        foreach (var attempt in history.Attempts)
        foreach (var fact in attempt.Facts.Concat(attempt.MayCause))
        {
            var events = recorded[(attempt.Correlation, fact)].DistinctBy(x => x.Id).ToList();
            if (events.Count > 1)
                yield return new(Broken.Doubled, attempt.Application, $"{attempt} is recorded {events.Count} times as {fact}");
            if (events.Count == 0 && attempt.Facts.Contains(fact) && (attempt.Outcome == Outcome.Acknowledged || IsForgotten(attempt)))
                yield return new(Broken.Lost, attempt.Application, $"{attempt} is not recorded as {fact}");
            if (events.Count > 0 && attempt.Outcome == Outcome.Refused)
                yield return new(Broken.Unexpected, attempt.Application, $"{attempt} is recorded as {fact}");
            foreach (var elsewhere in events.Where(x => x.Application != attempt.Application))
                yield return new(Broken.Unexpected, attempt.Application, $"{attempt} is recorded of {elsewhere.Application}");
        }

        var explained = history.Attempts.SelectMany(x => x.Facts.Concat(x.MayCause).Select(fact => (x.Correlation, fact))).ToHashSet();
        var snoozed = history.Recorded.Where(x => x.Type == Snoozed).ToLookup(x => (x.Application, x.Stage), x => x.Sequence);
        foreach (var stray in history.Recorded)
        {
            if (
                (stray.Source == PublicEvent.Applications || Commanded.Contains(stray.Type))
                && !explained.Contains((stray.Correlation ?? "", stray.Type))
                && !IsRepeated(stray)
            )
                yield return new(Broken.Unexpected, stray.Application, $"no command explains {stray}");
        }

        // A slot that is planned again stays snoozed, and says so again.
        bool IsRepeated(PublicEvent e) => e.Type == Snoozed && snoozed[(e.Application, e.Stage)].Any(x => x < e.Sequence);

        bool IsForgotten(Attempt attempt) =>
            attempt.Outcome == Outcome.Entrusted
            && !recorded[(attempt.Correlation, ClaimRefused)].Any()
            && !history.DeadLetters.Any(x => IsOf(x, attempt));
    }

    /// <summary>
    /// A message gets the same answer however often it is sent. (Over HTTP a refused request may succeed later, and what does not exist yet
    /// may exist later.)
    /// </summary>
    private static IEnumerable<Finding> Answers(History history)
    {
        foreach (var attempt in history.Attempts)
        {
            var answers = attempt
                .Sendings.Where(x => x is { Way: Sending.Amqp, Reply.Status: < 300 or 400 or 409 })
                .DistinctBy(x => x.Reply!.Code)
                .ToList();
            if (answers.Count > 1)
                yield return new(Broken.Unexpected, attempt.Application, $"{attempt} was answered {string.Join(", then ", answers)}");
        }
    }

    /// <summary>A dead letter is a command that was refused and whose sender asked for no reply, and nothing else.</summary>
    private static IEnumerable<Finding> DeadLetters(History history)
    {
        var unanswered = history.Attempts.Where(x => x.Outcome is Outcome.Entrusted or Outcome.Unknown).ToList();
        return history
            .DeadLetters.Where(text => !unanswered.Exists(x => IsOf(text, x)))
            .Select(x => new Finding(Broken.Unexpected, null, $"a dead letter: {(x.Length > 300 ? x[..300] + "…" : x)}"));
    }

    private static bool IsOf(string deadLetter, Attempt attempt) => deadLetter.Contains(attempt.Correlation, StringComparison.Ordinal);

    /// <summary>Each stream counts 1, 2, 3 …, each number once.</summary>
    private static IEnumerable<Finding> Numbers(IEnumerable<PublicEvent> recorded)
    {
        foreach (var stream in recorded.GroupBy(x => (x.Source, x.Application)))
        {
            var next = 1L;
            foreach (var number in stream.GroupBy(x => x.Sequence).OrderBy(x => x.Key))
            {
                if (number.Count() > 1)
                    yield return new(
                        Broken.Doubled,
                        stream.Key.Application,
                        $"the number {number.Key} is of several events of the feed: {string.Join(", ", number)}"
                    );
                for (; next < number.Key; next++)
                    yield return new(Broken.Lost, stream.Key.Application, $"number {next} of {stream.Key.Source} is not in the feed");
                next = number.Key + 1;
            }
        }
    }

    /// <summary>One follow-up a stage, and one claim at a time.</summary>
    private static IEnumerable<Finding> Stages(IEnumerable<PublicEvent> recorded)
    {
        foreach (var stage in recorded.Where(x => x.Stage is not null).GroupBy(x => (x.Application, x.Stage)))
        {
            foreach (var type in new[] { Settled, Made })
            {
                if (stage.Where(x => x.Type == type).DistinctBy(x => x.Id).Count() is > 1 and var count)
                    yield return new(Broken.TwoInAStage, stage.Key.Application, $"stage {stage.Key.Stage} has {count} × {type}");
            }

            PublicEvent? held = null;
            foreach (var e in stage.Where(x => x.Source == PublicEvent.Scheduler).OrderBy(x => x.Sequence))
            {
                if (e.Type == Claimed && held is not null)
                    yield return new(Broken.TwoInAStage, stage.Key.Application, $"stage {stage.Key.Stage}: {e} while {held} holds");
                held =
                    e.Type == Claimed ? e
                    : Ended.Contains(e.Type) ? null
                    : held;
            }
        }
    }

    /// <summary>A reader that follows the feed sees each event once and in order.</summary>
    private static IEnumerable<Finding> Followed(History history)
    {
        var followed = history.Followed.ToLookup(x => x.Source);
        foreach (var source in history.Recorded.GroupBy(x => x.Source))
        {
            var seen = followed[source.Key].Select(x => x.Id).ToHashSet();
            foreach (var missed in source.Where(x => !seen.Contains(x.Id)))
                yield return new(Broken.Lost, missed.Application, $"a reader of the feed missed {missed}");
            foreach (var again in followed[source.Key].GroupBy(x => x.Id).Where(x => x.Count() > 1).Select(x => x.First()))
                yield return new(Broken.Doubled, again.Application, $"a reader of the feed got twice {again}");
            var isAsRead = followed[source.Key].Select(x => x.Id).Distinct().SequenceEqual(source.Select(x => x.Id));
            if (!isAsRead && source.All(x => seen.Contains(x.Id)))
                yield return new(Broken.Unexpected, null, $"the feed of {source.Key} has another order when it is read again");
        }
    }

    /// <summary>The bus carries each event at least once, in order, and nothing else; a number never means two events.</summary>
    private static IEnumerable<Finding> Heard(History history)
    {
        var heard = history.Heard.Select(x => x.Id).ToHashSet();
        var recorded = history.Recorded.Select(x => x.Id).ToHashSet();
        foreach (var missed in history.Recorded.Where(x => !heard.Contains(x.Id) && !IsExcused(history, x)))
            yield return new(Broken.Lost, missed.Application, $"not on the bus: {missed}");
        foreach (var stray in history.Heard.DistinctBy(x => x.Id).Where(x => !recorded.Contains(x.Id)))
            yield return new(Broken.Unexpected, stray.Application, $"on the bus, and not recorded: {stray}");
        foreach (var stream in history.Heard.GroupBy(x => (x.Source, x.Application)))
        {
            foreach (var number in stream.GroupBy(x => x.Sequence).Where(x => x.DistinctBy(y => y.Id).Count() > 1))
                yield return new(
                    Broken.Doubled,
                    stream.Key.Application,
                    $"the number {number.Key} is of several events on the bus: {string.Join(", ", number.DistinctBy(x => x.Id))}"
                );
            var first = stream.DistinctBy(x => x.Id).Select(x => x.Sequence).ToList();
            if (!first.SequenceEqual(first.Order()))
                yield return new(
                    Broken.Unexpected,
                    stream.Key.Application,
                    $"the bus carried {stream.Key.Source} out of order: {string.Join(", ", first)}"
                );
        }
    }

    /// <summary>The number of events that the listener is excused from having heard.</summary>
    public static int Excused(History history)
    {
        var heard = history.Heard.Select(x => x.Id).ToHashSet();
        return history.Recorded.Count(x => !heard.Contains(x.Id) && IsExcused(history, x));
    }

    private static bool IsExcused(History history, PublicEvent e) => history.Deaf.Any(x => x.From <= e.Time && e.Time <= x.Until);

    /// <summary>A timeline has each event of both services once.</summary>
    private static IEnumerable<Finding> Timelines(History history)
    {
        var acknowledged = history.Attempts.Where(x => x.Outcome == Outcome.Acknowledged).Select(x => x.Correlation).ToHashSet();
        var recorded = history.Recorded.ToLookup(x => x.Application);
        foreach (var view in history.Views)
        {
            var items = view.Timeline.ToHashSet();
            var events = recorded[view.Application].Select(x => new TimelineItem(x.Source, x.Sequence, x.Type)).ToHashSet();
            foreach (var twice in view.Timeline.GroupBy(x => x).Where(x => x.Count() > 1))
                yield return new(Broken.Doubled, view.Application, $"twice in the timeline: {twice.Key}");
            foreach (var stray in items.Where(x => !events.Contains(x)))
                yield return new(Broken.Unexpected, view.Application, $"in the timeline, and not recorded: {stray}");
            foreach (var e in recorded[view.Application].Where(x => !items.Contains(new(x.Source, x.Sequence, x.Type))))
                yield return new(
                    acknowledged.Contains(e.Correlation ?? "") ? Broken.Lost : Broken.Disagreeing,
                    view.Application,
                    $"not in the timeline: {e}"
                );
        }
    }

    /// <summary>Both services show a stage's follow-up as made exactly if it was settled.</summary>
    private static IEnumerable<Finding> FollowUps(History history)
    {
        var recorded = history.Recorded.Where(x => x.Type == Settled).ToLookup(x => x.Application, x => x.Stage);
        foreach (var view in history.Views)
        foreach (var (service, stages) in new[] { ("Applications", view.Shown), ("the Scheduler", view.Planned) })
        {
            var (settled, made) = (recorded[view.Application].ToHashSet(), stages.Where(x => x.FollowUp == "made").Select(x => x.Stage));
            foreach (var stage in settled.Except(made))
                yield return new(Broken.Lost, view.Application, $"stage {stage} is settled, and {service} shows no follow-up of it");
            foreach (var stage in made.Except(settled))
                yield return new(Broken.Unexpected, view.Application, $"{service} shows a follow-up of stage {stage} that is not settled");
        }
    }

    /// <summary>The Scheduler's plan and the detail of Applications say the same.</summary>
    private static IEnumerable<Finding> Agreement(IEnumerable<ApplicationView> views)
    {
        foreach (var view in views)
        {
            if (view.Version is null || view.AsOf != view.Version)
                yield return new(
                    Broken.Disagreeing,
                    view.Application,
                    $"Applications is at version {Number(view.Version)}, the Scheduler has seen {Number(view.AsOf)}"
                );
            else if (!view.Shown.SequenceEqual(view.Planned))
                yield return new(
                    Broken.Disagreeing,
                    view.Application,
                    $"Applications shows {string.Join(", ", view.Shown)}, the Scheduler plans {string.Join(", ", view.Planned)}"
                );
        }

        static string Number(long? version) => version?.ToString(CultureInfo.InvariantCulture) ?? "none";
    }
}
