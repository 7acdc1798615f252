using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Commands;
using FollowUp.InternalContracts;
using FollowUp.Platform;
using Marten;
using NodaTime;
using NodaTime.TimeZones;

namespace FollowUp.Applications.Pages.Settings.Policy;

/// <summary>The data of the policy's page.</summary>
public sealed record PolicyPageModel
{
    /// <summary>The current policy; null if the Scheduler is unreachable.</summary>
    public PolicyAnswer? Now { get; init; }

    /// <summary>The version that the form was made from.</summary>
    public int BasedOn { get; init; }

    /// <summary>The version that the form replaces.</summary>
    public int Replaces { get; init; }

    /// <summary>The form's fields, and its refusal.</summary>
    public required Entered Entered { get; init; }

    /// <summary>The policy of the fields.</summary>
    public required JsonObject Policy { get; init; }

    public required PolicyMonth Month { get; init; }

    /// <summary>The effect of saving the policy, if a preview was requested.</summary>
    public PreviewAnswer? Preview { get; init; }

    /// <summary>The names of the candidates in the preview.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Whether the form was sent to be saved, but differs from the preview.</summary>
    public bool IsChangedSincePreview { get; init; }

    /// <summary>The version that the form was to replace, if another person saved a newer one while the form was open.</summary>
    public PolicyAnswer? BeforeConflict { get; init; }

    public string? Done { get; init; }

    public Sentence? Error(string path) => Entered.Error(path);
}

/// <summary>A month in a region.</summary>
/// <param name="First">The first day of the month.</param>
/// <param name="Region">An ISO 3166 code; null for a place without holidays.</param>
/// <param name="Days">The days; null if the Scheduler was not asked.</param>
public sealed record PolicyMonth(DateOnly First, string? Region, IReadOnlyList<MonthDay>? Days)
{
    public string Word => First.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    /// <summary>
    /// The requested month and region. By default the current month, and the region of the policy's first own list of holidays or of its
    /// time zone.
    /// </summary>
    public static PolicyMonth Of(string? month, string? region, JsonObject policy, DateTimeOffset now, DateTimeZone zone)
    {
        var first =
            DateOnly.TryParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var requested)
            && requested.Year is >= 1990 and <= 2200
                ? requested
            : Terms.DayOf(now, zone) is var today ? new(today.Year, today.Month, 1)
            : default;
        return new(
            first,
            region switch
            {
                null => DefaultRegion(policy),
                "" or "-" => null,
                var code => code.ToUpperInvariant(),
            },
            null
        );
    }

    private static string? DefaultRegion(JsonObject policy) =>
        (policy["holidays"] as JsonObject)?.Select(x => x.Key).FirstOrDefault()
        ?? (
            TzdbDateTimeZoneSource
                .Default.ZoneLocations?.FirstOrDefault(x => x.ZoneId == policy["defaultTimeZone"]?.GetValue<string>())
                ?.CountryCode
                is { } country
            && HolidayCountries.Known.Contains(country)
                ? country
                : null
        );
}

/// <summary>Loads the policy's page from the Scheduler, and saves the policy.</summary>
internal sealed class PolicyPageService(SchedulerClient scheduler, IDocumentStore store, TimeProvider time)
{
    private const int MaxPreviewed = 100; // as many as a person reads; the sentence above them counts all

    // A preview plans all open applications.
    private static readonly TimeSpan PreviewTimeout = TimeSpan.FromSeconds(30);

    public Task<PolicyAnswer> Read(Reader reader, CancellationToken ct, int? version = null) =>
        scheduler.Ask<PolicyAnswer>(reader.Caller, Guid.Empty, new ReadPolicy(version), ct);

    public static JsonObject ObjectOf(PolicyAnswer answer) => JsonObject.Create(answer.Policy)!;

    /// <summary>The page of the current policy, or of an older version to be restored.</summary>
    public async Task<PolicyPageModel> Load(Reader reader, int? from, string? month, string? region, string? done, CancellationToken ct)
    {
        var now = await Read(reader, ct);
        var version = from is { } number && number != now.Version ? await Read(reader, ct, number) : now;
        var policy = ObjectOf(version);
        return await WithMonth(
            reader,
            new()
            {
                Now = now,
                BasedOn = version.Version,
                Replaces = now.Version,
                Policy = policy,
                Entered = new(PolicyFields.Of(policy), null),
                Done = done,
                Month = PolicyMonth.Of(month, region, policy, time.GetUtcNow(), reader.Zone),
            },
            ct
        );
    }

    /// <summary>The page of a posted form.</summary>
    public async Task<PolicyPageModel> Load(Reader reader, Form form, CancellationToken ct)
    {
        var fields = PolicyFields.Of(form);
        var (instead, from) = (form.Number("instead") ?? 0, form.Number("from") ?? 0);
        var checks = new InputChecks();
        PolicyAnswer? now = null;
        JsonObject? made = null;
        RefusedException? refused = null;
        try
        {
            now = await Read(reader, ct);
            made = ObjectOf(from == now.Version ? now : await Read(reader, ct, from));
        }
        catch (RefusedException unreachable) when (unreachable.Code == SchedulerClient.Unreachable)
        {
            refused = unreachable;
        }
        var policy = PolicyFields.ToPolicy(fields, made, checks);
        try
        {
            if (refused is null)
                checks.Refuse();
        }
        catch (RefusedException bad)
        {
            refused = bad;
        }
        var model = new PolicyPageModel
        {
            Now = now,
            BasedOn = from,
            Replaces = instead,
            Policy = policy,
            Entered = new(fields, refused),
            Month = PolicyMonth.Of(form.Text("month") ?? form.Text("shown"), form.Text("region"), policy, time.GetUtcNow(), reader.Zone),
        };
        return refused is null ? await WithMonth(reader, model, ct) : model;
    }

    public async Task<PolicyPageModel> WithPreview(Reader reader, PolicyPageModel model, CancellationToken ct)
    {
        var preview = await scheduler.Ask<PreviewAnswer>(
            reader.Caller,
            Guid.Empty,
            new PreviewPolicy(Element(model.Policy), null, MaxPreviewed),
            ct,
            deadline: PreviewTimeout
        );
        await using var session = store.QuerySession(reader.Team);
        var people = await session.LoadManyAsync<Candidate>(
            ct,
            [.. preview.Items.Select(x => x.Candidate).Distinct(StringComparer.Ordinal)]
        );
        return model with
        {
            Preview = preview,
            Names = people.Where(x => x.Name is not null).ToDictionary(x => x.Id, x => x.Name!, StringComparer.Ordinal),
        };
    }

    public Task<PolicyAnswer> Save(Reader reader, PolicyPageModel model, CancellationToken ct) =>
        scheduler.Ask<PolicyAnswer>(reader.Caller, Guid.Empty, new ReplacePolicy(Element(model.Policy), model.Replaces), ct);

    /// <summary>Another person saved a version first: applies the entered fields to that version.</summary>
    public async Task<PolicyPageModel> Rebase(Reader reader, PolicyPageModel model, PolicyAnswer theirs, CancellationToken ct)
    {
        var (fields, from) = (model.Entered.Values, model.BasedOn == model.Replaces ? theirs.Version : model.BasedOn);
        var policy = from == theirs.Version ? PolicyFields.ToPolicy(fields, ObjectOf(theirs), new()) : model.Policy;
        return model with
        {
            Now = theirs,
            BeforeConflict = await Read(reader, ct, model.Replaces),
            BasedOn = from,
            Replaces = theirs.Version,
            Policy = policy,
        };
    }

    // This request also checks the policy: the Scheduler refuses the month of an invalid policy.
    private async Task<PolicyPageModel> WithMonth(Reader reader, PolicyPageModel model, CancellationToken ct)
    {
        try
        {
            var answer = await scheduler.Ask<MonthAnswer>(
                reader.Caller,
                Guid.Empty,
                new LookAtMonth(Element(model.Policy), model.Month.Region, model.Month.First.Year, model.Month.First.Month),
                ct
            );
            return model with { Month = model.Month with { Days = answer.Days } };
        }
        catch (RefusedException refused)
        {
            return model with { Entered = model.Entered with { Refused = refused } };
        }
    }

    private static JsonElement Element(JsonObject policy) => JsonSerializer.SerializeToElement(policy);
}
