using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using FollowUp.Contracts;

namespace FollowUp.Scheduler.Planning;

/// <summary>
/// A team's rules. A property that a team leaves out has its default from here. Every default number is a starting point taken from surveys
/// of HR managers and practitioners' advice, not a law.
/// </summary>
public sealed record Policy
{
    public static Policy Default { get; } = new();

    public int Version { get; init; } = 1;

    public PolicyRow PromisedInCoverLetter { get; init; } = Row(0, 5, Channel.Phone, Channel.Email);
    public PolicyRow ClosingDate { get; init; } = Row(5, 10);
    public PolicyRow OwnerRun { get; init; } = Row(4, 10, Channel.Phone, Channel.InPerson, Channel.Email);
    public PolicyRow PersonnelOffice { get; init; } = Row(7, 10, Channel.Email, Channel.Phone);
    public PolicyRow CorporateHr { get; init; } = Row(15, 15, Channel.DirectMessage, Channel.Email);
    public PolicyRow ManagementTeam { get; init; } = Row(7, 10, Channel.Email, Channel.DirectMessage, Channel.Phone);
    public PolicyRow Outsourced { get; init; } = Row(5, 10, Channel.Email, Channel.Phone);
    public PolicyRow Unknown { get; init; } = Row(7, 10, Channel.Email, Channel.Phone);
    public PolicyRow Referral { get; init; } = Row(5, 10);
    public PolicyRow JobBoard { get; init; } = Row(10, 10, Channel.Email, Channel.DirectMessage);
    public PolicyRow AfterInterview { get; init; } = Row(5, 7, Channel.Email, Channel.Phone);
    public PolicyRow PromisedNextStep { get; init; } = Row(2, 7);
    public PolicyRow InterviewCancelled { get; init; } = Row(3, 7, Channel.Email, Channel.Phone);
    public PolicyRow Assessment { get; init; } = Row(5, 7, Channel.Email, Channel.Phone);
    public PolicyRow ReferenceCheck { get; init; } = Row(5, 7, Channel.Email, Channel.Phone);
    public PolicyRow Offer { get; init; } = Row(2, 5, Channel.Phone, Channel.Email);
    public PolicyRow OtherStep { get; init; } = Row(5, 7, Channel.Email, Channel.Phone);

    /// <summary>Business days of silence after a follow-up until closing as <c>noResponse</c> is proposed.</summary>
    public int SilenceWait { get; init; } = 20;

    /// <summary>Withholds every follow-up as long as no contact is recorded.</summary>
    public bool RequireContact { get; init; }

    /// <summary>Withholds the follow-up on a submission: no follow-up is made before there is an interview.</summary>
    public bool NoneBeforeInterview { get; init; }

    /// <summary>The length of a claim's lease, in minutes.</summary>
    public int ClaimMinutes { get; init; } = 15;

    /// <summary>The lease of a claim: what was asked for, at most what this policy allows.</summary>
    internal TimeSpan LeaseFor(TimeSpan? asked) => TimeSpan.FromMinutes(ClaimMinutes) is var most && asked < most ? asked.Value : most;

    /// <summary>How often one follow-up may be snoozed; 0 is never.</summary>
    public int MostSnoozes { get; init; } = 1;

    /// <summary>The rule for follow-ups of several candidates with the same person.</summary>
    public ContactSpacing ContactSpacing { get; init; } = new();

    /// <summary>How many follow-ups the team makes with one employer in a week; null is no limit.</summary>
    public int? MostPerEmployerAWeek { get; init; }

    /// <summary>How many follow-ups the team makes for one candidate in a week; null is no limit.</summary>
    public int? MostPerCandidateAWeek { get; init; }

    /// <summary>
    /// The IANA time zone of employers whose own time zone isn't known. The default UTC is no team's own time zone, so that a team notices
    /// and sets its own.
    /// </summary>
    public string DefaultTimeZone { get; init; } = "Etc/UTC";

    public ImmutableSortedSet<DayOfWeek> WorkingDays { get; init; } =
    [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];

    /// <summary>When follow-ups come due on a working day, in the employer's time zone.</summary>
    public WorkingHours Hours { get; init; } = new();

    /// <summary>
    /// Holidays by ISO 3166-1 country (<c>DE</c>) or ISO 3166-2 region (<c>DE-BY</c>); an employer in a region also has the holidays of its
    /// country.
    /// </summary>
    public IReadOnlyDictionary<string, ImmutableList<Holiday>> Holidays { get; init; } =
        ImmutableDictionary<string, ImmutableList<Holiday>>.Empty;

    /// <summary>Whether FollowUp's built-in public holidays (of a few whole countries) also count.</summary>
    public bool BuiltInHolidays { get; init; } = true;

    /// <summary>Days that aren't business days for any employer, whatever its region.</summary>
    public ImmutableList<DateRange> DaysOff { get; init; } = [];

    /// <summary>Days that count as waiting time, but on which no follow-up comes due and no closing is proposed.</summary>
    public ImmutableList<DateRange> QuietDates { get; init; } = [];

    private static PolicyRow Row(int wait, int window, params ImmutableList<Channel> channels) =>
        new()
        {
            Wait = wait,
            Window = window,
            Channels = channels,
        };

    /// <summary>The table of situations, in the order in which they are written down.</summary>
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
            new(Situations.Assessment, Assessment),
            new(Situations.ReferenceCheck, ReferenceCheck),
            new(Situations.Offer, Offer),
            new(Situations.OtherStep, OtherStep),
        ];
}

/// <summary>One row of the table. Its numbers are required, so that an incomplete row can't pass for a wait of 0 days.</summary>
public sealed record PolicyRow
{
    /// <summary>Business days from the anchor to the due date; 0 is the anchor's own date, or the next business day.</summary>
    public required int Wait { get; init; }

    /// <summary>Business days after the due date on which the follow-up may still be made; 0 is the due date only.</summary>
    public required int Window { get; init; }

    /// <summary>
    /// The channels, best first. An empty list means the channels of the hiring process (closing date, referral) or of the stage (promised
    /// next step); for a referral, the referrer's own channels come before these.
    /// </summary>
    public ImmutableList<Channel> Channels { get; init; } = [];

    /// <summary>Withholds every follow-up in this situation, unless a person overrides that for one application.</summary>
    public bool Withhold { get; init; }

    public bool Equals(PolicyRow? other) =>
        other is not null
        && Wait == other.Wait
        && Window == other.Window
        && Withhold == other.Withhold
        && Channels.SequenceEqual(other.Channels);

    public override int GetHashCode() => HashCode.Combine(Wait, Window, Withhold, Channels.Count);
}

/// <summary>The working hours of a day. A follow-up that would come due outside of them comes due when they next begin.</summary>
public sealed record WorkingHours
{
    [JsonConverter(typeof(HoursAndMinutes))]
    public TimeOnly From { get; init; } = new(9, 0);

    [JsonConverter(typeof(HoursAndMinutes))]
    public TimeOnly To { get; init; } = new(18, 0);
}

/// <summary>The least time between the team's follow-ups with the same person.</summary>
public sealed record ContactSpacing
{
    /// <summary>Days; 0 is off.</summary>
    public int Days { get; init; } = 3;

    /// <summary>Whether a claim within those days is refused, instead of only causing a warning.</summary>
    public bool Refuse { get; init; }
}

/// <summary>A day on which a country or region doesn't work.</summary>
public sealed record Holiday(DateOnly On, string? Name = null);

/// <summary>A range of days, both ends included; one day if no end is given.</summary>
public sealed record DateRange(DateOnly From, DateOnly? To = null, string? Name = null)
{
    [JsonIgnore]
    public DateOnly Last => To ?? From;
}

/// <summary>A time of day as people write it: <c>09:00</c>. The serializer's own format requires seconds.</summary>
internal sealed class HoursAndMinutes : JsonConverter<TimeOnly>
{
    public override TimeOnly Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
        && TimeOnly.TryParseExact(
            reader.GetString(),
            ["HH:mm", "HH:mm:ss"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var time
        )
            ? time
            : throw new JsonException($"The JSON value could not be converted to {nameof(TimeOnly)}.");

    public override void Write(Utf8JsonWriter writer, TimeOnly value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString(value.Second == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture));
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
    public const string Assessment = "assessment";
    public const string ReferenceCheck = "referenceCheck";
    public const string Offer = "offer";
    public const string OtherStep = "otherStep";
}
