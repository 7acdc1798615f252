using System.Collections.Immutable;
using System.Text.Json.Serialization;
using FollowUp.Contracts;

namespace FollowUp.Scheduler.Policies;

/// <summary>
/// A team's rules. What a team leaves out stays as here; every number is a starting point taken from surveys of HR managers and
/// practitioners' advice, not a law.
/// </summary>
public sealed record Policy
{
    public static Policy Default { get; } = new();

    public int Version { get; init; } = 1;

    public PolicyRow PromisedInCoverLetter { get; init; } = new() { Wait = 0, Window = 5, Channels = [Channel.Phone, Channel.Email] };
    public PolicyRow ClosingDate { get; init; } = new() { Wait = 5, Window = 10 };
    public PolicyRow OwnerRun { get; init; } = new() { Wait = 4, Window = 10, Channels = [Channel.Phone, Channel.InPerson, Channel.Email] };
    public PolicyRow PersonnelOffice { get; init; } = new() { Wait = 7, Window = 10, Channels = [Channel.Email, Channel.Phone] };
    public PolicyRow CorporateHr { get; init; } = new() { Wait = 15, Window = 15, Channels = [Channel.DirectMessage, Channel.Email] };
    public PolicyRow ManagementTeam { get; init; } = new() { Wait = 7, Window = 10, Channels = [Channel.Email, Channel.DirectMessage, Channel.Phone] };
    public PolicyRow Outsourced { get; init; } = new() { Wait = 5, Window = 10, Channels = [Channel.Email, Channel.Phone] };
    public PolicyRow Unknown { get; init; } = new() { Wait = 7, Window = 10, Channels = [Channel.Email, Channel.Phone] };
    public PolicyRow Referral { get; init; } = new() { Wait = 5, Window = 10 };
    public PolicyRow JobBoard { get; init; } = new() { Wait = 10, Window = 10, Channels = [Channel.Email, Channel.DirectMessage] };
    public PolicyRow AfterInterview { get; init; } = new() { Wait = 5, Window = 7, Channels = [Channel.Email, Channel.Phone] };
    public PolicyRow PromisedNextStep { get; init; } = new() { Wait = 2, Window = 7 };
    public PolicyRow InterviewCancelled { get; init; } = new() { Wait = 3, Window = 7, Channels = [Channel.Email, Channel.Phone] };

    /// <summary>Business days of silence after a follow-up until closing as <c>noResponse</c> is proposed.</summary>
    public int SilenceWait { get; init; } = 20;

    /// <summary>Withholds every follow-up as long as no contact is recorded.</summary>
    public bool RequireContact { get; init; }

    /// <summary>How long a claim holds, in minutes.</summary>
    public int ClaimMinutes { get; init; } = 15;

    /// <summary>IANA time zone of employers whose own isn't known. UTC belongs to nobody, so that a team notices and sets its own.</summary>
    public string DefaultTimeZone { get; init; } = "Etc/UTC";

    /// <summary>The time of day, where the employer is, at which a follow-up becomes due.</summary>
    public TimeOnly DueTime { get; init; } = new(9, 0);

    public ImmutableSortedSet<DayOfWeek> Weekend { get; init; } = [DayOfWeek.Saturday, DayOfWeek.Sunday];

    /// <summary>Holidays by ISO 3166-1 alpha-2 country code. Empty by default: which days count differs by region and year.</summary>
    public ImmutableSortedDictionary<string, ImmutableSortedSet<DateOnly>> Holidays { get; init; } =
        ImmutableSortedDictionary<string, ImmutableSortedSet<DateOnly>>.Empty;

    /// <summary>Days on which the team follows nobody up, wherever the employer is.</summary>
    public ImmutableSortedSet<DateOnly> DaysOff { get; init; } = [];

    /// <summary>The table: every situation, in the order in which it is written down.</summary>
    [JsonIgnore]
    public ImmutableArray<KeyValuePair<string, PolicyRow>> Rows =>
    [
        new(Situations.PromisedInCoverLetter, PromisedInCoverLetter),
        new(Situations.ClosingDate, ClosingDate),
        new(Situations.OwnerRun, OwnerRun),
        new(Situations.PersonnelOffice, PersonnelOffice),
        new(Situations.CorporateHr, CorporateHr),
        new(Situations.ManagementTeam, ManagementTeam),
        new(Situations.Outsourced, Outsourced),
        new(Situations.Unknown, Unknown),
        new(Situations.Referral, Referral),
        new(Situations.JobBoard, JobBoard),
        new(Situations.AfterInterview, AfterInterview),
        new(Situations.PromisedNextStep, PromisedNextStep),
        new(Situations.InterviewCancelled, InterviewCancelled),
    ];
}

/// <summary>One row of the table. Its numbers are required, so that a row that is half said can't pass for a wait of nothing.</summary>
public sealed record PolicyRow
{
    /// <summary>Business days from the anchor to the due date; 0 is the anchor's own date, or the next business day.</summary>
    public required int Wait { get; init; }

    /// <summary>Business days after the due date on which it still may be made; 0 is the due date only.</summary>
    public required int Window { get; init; }

    /// <summary>
    /// Best first. Empty means those of the hiring process (closing date, referral) or of the stage (promised next step);
    /// for a referral, the referrer's own come before these.
    /// </summary>
    public ImmutableList<Channel> Channels { get; init; } = [];
}

/// <summary>The stable codes of the table's rows: the names of their properties in JSON.</summary>
public static class Situations
{
    public const string PromisedInCoverLetter = "promisedInCoverLetter";
    public const string ClosingDate = "closingDate";
    public const string OwnerRun = "ownerRun";
    public const string PersonnelOffice = "personnelOffice";
    public const string CorporateHr = "corporateHr";
    public const string ManagementTeam = "managementTeam";
    public const string Outsourced = "outsourced";
    public const string Unknown = "unknown";
    public const string Referral = "referral";
    public const string JobBoard = "jobBoard";
    public const string AfterInterview = "afterInterview";
    public const string PromisedNextStep = "promisedNextStep";
    public const string InterviewCancelled = "interviewCancelled";
}
