using System.Collections.Frozen;
using System.Text.Json;
using FollowUp.Contracts;

namespace FollowUp.InternalContracts;

/// <summary>
/// The type names of the requests and replies between the two services. They are in no public catalogue and no schema: from any broker user
/// but the pair's own, the services treat them as unknown types.
/// </summary>
public static class InternalCatalogue
{
    /// <summary>The requests that Applications sends to the Scheduler.</summary>
    public static FrozenDictionary<Type, string> Requests { get; } =
        new[]
        {
            typeof(ReadPolicy),
            typeof(PreviewPolicy),
            typeof(ReplacePolicy),
            typeof(TakeHolidays),
            typeof(ForgetHolidays),
            typeof(LookAtMonth),
            typeof(MakeCalendar),
            typeof(ListCalendars),
            typeof(RevokeCalendar),
            typeof(LookForWarnings),
            typeof(PreviewPlans),
            typeof(CountTeam),
            typeof(ListOverrideNotes),
            typeof(KeepOverrideNotes),
        }.ToFrozenDictionary(x => x, Name);

    /// <summary>The replies of the Scheduler.</summary>
    public static FrozenDictionary<Type, string> Replies { get; } =
        new[]
        {
            typeof(PolicyAnswer),
            typeof(PreviewAnswer),
            typeof(HolidaysAnswer),
            typeof(MonthAnswer),
            typeof(MadeCalendar),
            typeof(CalendarList),
            typeof(CalendarRevoked),
            typeof(WarningsAnswer),
            typeof(PlansAnswer),
            typeof(TeamCounts),
            typeof(OverrideNotes),
            typeof(OverrideNotesKept),
        }.ToFrozenDictionary(x => x, Name);

    private static readonly FrozenDictionary<string, Type> QuestionByName = Requests.ToFrozenDictionary(
        x => x.Value,
        x => x.Key,
        StringComparer.Ordinal
    );

    /// <summary>The request of a type name, or null.</summary>
    /// <param name="name">The type name, as <c>followup.private.read-policy</c>.</param>
    public static Type? FindRequest(string name) => QuestionByName.GetValueOrDefault(name);

    /// <summary>The type name of an internal or public message.</summary>
    /// <param name="message">The message's record.</param>
    /// <exception cref="ArgumentException">The type is no message.</exception>
    public static string NameOf(Type message) =>
        Requests.GetValueOrDefault(message) ?? Replies.GetValueOrDefault(message) ?? Catalogue.NameOf(message);

    private static string Name(Type message) => $"followup.private.{JsonNamingPolicy.KebabCaseLower.ConvertName(message.Name)}";
}
