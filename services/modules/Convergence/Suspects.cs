namespace FollowUp.Modules.Convergence;

/// <summary>What this service lacks of a stream.</summary>
/// <param name="Events">How many of the sibling's published events were not applied here.</param>
/// <param name="Decisions">How many of this service's own events the sibling has, and this store doesn't.</param>
/// <param name="IsCut">Whether the sibling has events of this service that it can't send back: only a backup has them.</param>
internal readonly record struct Gap(long Events, long Decisions, bool IsCut)
{
    /// <summary>Whether the sibling can send what is lacking.</summary>
    public bool CanBeFilled => Events > 0 || Decisions > 0;

    /// <summary>Compares the progress of both services; the sibling's must have been read first.</summary>
    /// <param name="theirs">The sibling's progress.</param>
    /// <param name="mine">This service's progress.</param>
    /// <param name="restores">Whether this service restores its own events from what the sibling kept.</param>
    public static Gap Between(StreamProgress theirs, StreamProgress mine, bool restores)
    {
        var ahead = Math.Max(0, theirs.Received - mine.Published);
        return new(Math.Max(0, theirs.Published - mine.Received), restores ? ahead : 0, !restores && ahead > 0);
    }
}

/// <summary>A stream of which this service may lack something.</summary>
internal sealed class Suspect(StreamProgress theirs, StreamProgress mine, Gap gap, DateTimeOffset seenAt)
{
    /// <summary>The sibling's progress as it was last heard of.</summary>
    public StreamProgress Theirs { get; set; } = theirs;

    /// <summary>This service's progress at the last look.</summary>
    public StreamProgress Mine { get; set; } = mine;

    /// <summary>What was lacking at the last look.</summary>
    public Gap Gap { get; set; } = gap;

    /// <summary>What was lacking at the first look.</summary>
    public Gap First { get; } = gap;

    /// <summary>How many times the sibling has sent it again since something of it last arrived.</summary>
    public int Asked { get; set; }

    /// <summary>Whether another look confirmed that something is lacking.</summary>
    public bool IsConfirmed { get; set; }

    /// <summary>Whether the log says that the stream diverges.</summary>
    public bool IsReported { get; set; }

    public DateTimeOffset SeenAt { get; } = seenAt;
    public DateTimeOffset LookAt { get; set; } = seenAt + Suspects.Grace;
    public DateTimeOffset AskAt { get; set; } = seenAt + Suspects.Grace;

    /// <summary>Whether the sibling can't fill the gap, or sent the events again and again in vain.</summary>
    public bool IsDiverging => IsConfirmed && (!Gap.CanBeFilled || Asked >= Suspects.Attempts);
}

/// <summary>What a look at the suspects found.</summary>
/// <param name="ToAskFor">The streams to ask the sibling for.</param>
/// <param name="Repaired">The streams that are complete after the sibling sent them again.</param>
/// <param name="Diverging">The streams that count as diverging from now on.</param>
internal sealed record Look(IReadOnlyList<Suspect> ToAskFor, IReadOnlyList<Suspect> Repaired, IReadOnlyList<Suspect> Diverging);

/// <summary>
/// The streams of which this service seems to lack something. A stream is asked for only if it is still behind a few seconds after it was
/// first seen: until then, the events may just be under way. What doesn't arrive although it was sent again is asked for less and less
/// often.
/// </summary>
/// <param name="restores">Whether this service restores its own events from what the sibling kept.</param>
/// <param name="time">The clock.</param>
internal sealed class Suspects(bool restores, TimeProvider time)
{
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);
    public const int Attempts = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5),
        Longest = TimeSpan.FromHours(1),
        LookAgain = TimeSpan.FromSeconds(1),
        LookAtDiverging = TimeSpan.FromSeconds(10);
    private readonly Dictionary<StreamKey, Suspect> _all = [];
    private readonly Lock _lock = new();

    /// <summary>How many streams were found to be behind, and are being repaired.</summary>
    public int Behind => Count(x => x.IsConfirmed && !x.IsDiverging);

    /// <summary>How many streams could not be repaired.</summary>
    public int Diverging => Count(x => x.IsDiverging);

    /// <summary>How many streams a look or a request may still settle.</summary>
    /// <param name="seenUntil">Counts only those that were first seen until then.</param>
    public int Open(DateTimeOffset? seenUntil = null) => Count(x => !x.IsDiverging && (seenUntil is null || x.SeenAt <= seenUntil));

    /// <summary>Compares a stream, and remembers it if this service is behind.</summary>
    /// <returns>Whether it is behind.</returns>
    public bool Compare(StreamProgress theirs, StreamProgress mine)
    {
        var gap = Gap.Between(theirs, mine, restores);
        lock (_lock)
        {
            if (gap == default)
            {
                if (_all.TryGetValue(theirs.Key, out var complete))
                    complete.LookAt = time.GetUtcNow();
                return false;
            }
            if (!_all.TryGetValue(theirs.Key, out var known))
                _all[theirs.Key] = new(theirs, mine, gap, time.GetUtcNow());
            else
                known.Theirs = theirs with
                {
                    Published = Math.Max(theirs.Published, known.Theirs.Published),
                    Received = Math.Max(theirs.Received, known.Theirs.Received),
                };
            return true;
        }
    }

    /// <summary>The streams that are to be looked at now, those that wait longest first.</summary>
    public IReadOnlyList<StreamKey> ToLookAt(int most)
    {
        var now = time.GetUtcNow();
        lock (_lock)
            return [.. _all.Where(x => x.Value.LookAt <= now).OrderBy(x => x.Value.LookAt).Take(most).Select(x => x.Key)];
    }

    /// <summary>Looks at streams once more.</summary>
    /// <param name="all">This service's progress with them.</param>
    public Look Again(IEnumerable<StreamProgress> all)
    {
        var (now, look) = (
            time.GetUtcNow(),
            (ToAskFor: new List<Suspect>(), Repaired: new List<Suspect>(), Diverging: new List<Suspect>())
        );
        lock (_lock)
            foreach (var mine in all)
            {
                if (!_all.TryGetValue(mine.Key, out var suspect))
                    continue;
                var before = suspect.Gap;
                (suspect.Mine, suspect.Gap) = (mine, Gap.Between(suspect.Theirs, mine, restores));
                if (suspect.Gap == default)
                {
                    _all.Remove(mine.Key);
                    if (suspect.Asked > 0)
                        look.Repaired.Add(suspect);
                    continue;
                }
                if (suspect.Asked > 0 && (suspect.Gap.Events < before.Events || suspect.Gap.Decisions < before.Decisions))
                    (suspect.Asked, suspect.IsReported) = (1, false); // something arrives: it was not in vain
                suspect.IsConfirmed = true;
                // the comparison of all streams calls for an earlier look when a diverging one is complete
                suspect.LookAt = suspect.IsDiverging ? Later(now + LookAtDiverging, suspect.AskAt) : now + LookAgain;
                if (suspect.Gap.CanBeFilled && suspect.AskAt <= now)
                    look.ToAskFor.Add(suspect);
                if (suspect.IsDiverging && !suspect.IsReported)
                {
                    suspect.IsReported = true;
                    look.Diverging.Add(suspect);
                }
            }
        return new(look.ToAskFor, look.Repaired, look.Diverging);
    }

    /// <summary>A stream was sent again.</summary>
    /// <param name="theirs">The sibling's progress now.</param>
    /// <returns>The suspect; null if the stream is none.</returns>
    public Suspect? WasSent(StreamProgress theirs)
    {
        lock (_lock)
        {
            if (!_all.TryGetValue(theirs.Key, out var suspect))
                return null;
            var now = time.GetUtcNow();
            (suspect.Theirs, suspect.LookAt, suspect.AskAt) = (theirs, now + LookAgain, now + Pause(suspect.Asked++));
            return suspect;
        }
    }

    /// <summary>Forgets all: the node that continues finds them itself.</summary>
    public void Clear()
    {
        lock (_lock)
            _all.Clear();
    }

    /// <summary>How long to wait before a stream is asked for once more.</summary>
    /// <param name="asked">How many times it was asked for before in vain.</param>
    internal static TimeSpan Pause(int asked) =>
        TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, FirstPause.TotalSeconds * Math.Pow(2, Math.Min(asked, 20))));

    private static DateTimeOffset Later(DateTimeOffset x, DateTimeOffset y) => x > y ? x : y;

    private int Count(Func<Suspect, bool> which)
    {
        lock (_lock)
            return _all.Values.Count(which);
    }
}
