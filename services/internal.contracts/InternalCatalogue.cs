using System.Collections.Frozen;
using System.Text.Json;
using FollowUp.Contracts;

namespace FollowUp.InternalContracts;

/// <summary>
/// The names of what the pair asks within itself. They are in no catalogue and no schema: to everybody but the pair's own user of the
/// broker they are types that nobody takes.
/// </summary>
public static class InternalCatalogue
{
    /// <summary>What the Scheduler is asked.</summary>
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
        }.ToFrozenDictionary(x => x, Name);

    /// <summary>What it answers.</summary>
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
        }.ToFrozenDictionary(x => x, Name);

    private static readonly FrozenDictionary<string, Type> QuestionByName = Requests.ToFrozenDictionary(
        x => x.Value,
        x => x.Key,
        StringComparer.Ordinal
    );

    /// <summary>The question that a name stands for, or null.</summary>
    /// <param name="name">As <c>followup.private.read-policy</c>.</param>
    public static Type? FindRequest(string name) => QuestionByName.GetValueOrDefault(name);

    /// <summary>The name of a message, private or public.</summary>
    /// <param name="message">Its record.</param>
    /// <exception cref="ArgumentException">It is no message.</exception>
    public static string NameOf(Type message) =>
        Requests.GetValueOrDefault(message) ?? Replies.GetValueOrDefault(message) ?? Catalogue.NameOf(message);

    private static string Name(Type message) => $"followup.private.{JsonNamingPolicy.KebabCaseLower.ConvertName(message.Name)}";
}
