using System.Globalization;

namespace FollowUp.Chaos;

/// <summary>A command as both ways carry it: HTTP and the bus.</summary>
/// <param name="IsForScheduler">Whether the Scheduler carries it out, and not Applications.</param>
/// <param name="Body">The body of the HTTP request.</param>
/// <param name="Type">The type of the message.</param>
/// <param name="Data">The data of the message.</param>
internal sealed record Order(Attempt Attempt, bool IsForScheduler, HttpMethod Method, string Path, object? Body, string Type, object Data)
{
    public string Queue => IsForScheduler ? "followup.scheduler.commands" : "followup.applications.commands";

    public static Order Submit(Guid application)
    {
        var body = new
        {
            candidate = $"c-{application:n}",
            employer = new { name = $"Employer {application:n}" },
            posting = new { title = "Clerk" },
            submittedAt = DateTimeOffset.UtcNow.AddMinutes(-1).ToString("O", CultureInfo.InvariantCulture),
        };
        return Applications(application, "submit", HttpMethod.Put, "", body, "submitted");
    }

    public static Order Letter(Guid application) =>
        Applications(application, "send-cover-letter", HttpMethod.Post, "/cover-letter", new { }, "cover-letter-sent");

    /// <summary>A receipt, which changes no plan.</summary>
    public static Order Receipt(Guid application) =>
        Applications(application, "record-response", HttpMethod.Post, "/responses", new { kind = "acknowledgement" }, "employer-responded");

    public static Order Contact(Guid application)
    {
        var body = new
        {
            name = "R. Roe",
            role = "recruiter",
            email = $"{Guid.NewGuid():n}@example.org",
        };
        return Applications(application, "record-contact", HttpMethod.Post, "/contacts", body, "contact-recorded");
    }

    /// <summary>A step that opens the next stage.</summary>
    public static Order Step(Guid application)
    {
        var body = new
        {
            kind = "other",
            name = $"Step {Guid.NewGuid():n}", // a step of the same kind, name and day is refused
            on = Day(0),
        };
        return Applications(application, "record-step", HttpMethod.Post, "/steps", body, "step-recorded");
    }

    public static Order Close(Guid application) =>
        Applications(application, "close", HttpMethod.Post, "/closure", new { reason = "withdrawn" }, "closed");

    public static Order Reopen(Guid application) => Applications(application, "reopen", HttpMethod.Delete, "/closure", null, "reopened");

    public static Order FollowUp(Guid application, int stage, string by, Guid? claim = null)
    {
        var body = Team.Given(("channel", "email"), ("by", by), ("stage", stage), ("claimId", claim));
        var order = Applications(application, "record-follow-up", HttpMethod.Post, "/follow-ups", body, "follow-up-made");
        return order with
        {
            Attempt = order.Attempt with
            {
                Facts = [.. order.Attempt.Facts, "followup.follow-up.settled.v1"],
                MayCause = ["followup.follow-up.claimed.v1"], // where there is no claim, or it has run out
            },
        };
    }

    /// <summary>A claim whose lease is over soon.</summary>
    public static Order Claim(Guid application, int stage, string by)
    {
        var attempt = Of(application, "claim", "followup.follow-up.claimed.v1");
        return Scheduler(attempt, stage, HttpMethod.Post, "/claims", ("claimId", attempt.Id), ("by", by), ("for", "PT3S"));
    }

    /// <summary>Lets go of a claim. There is no fact of it where the lease has ended before.</summary>
    public static Order Release(Guid application, int stage, Guid claim) =>
        Scheduler(Of(application, "release"), stage, HttpMethod.Delete, $"/claims/{claim}", ("claimId", claim)) with
        {
            Body = null,
        };

    /// <summary>Puts a follow-up off within its window.</summary>
    public static Order Snooze(Guid application, int stage)
    {
        var attempt = Of(application, "snooze", "followup.follow-up.snoozed.v1");
        return Scheduler(attempt, stage, HttpMethod.Post, "/snooze", ("until", Day(15)));
    }

    private static Order Applications(Guid application, string verb, HttpMethod method, string path, object? body, string fact) =>
        new(
            Of(application, verb, $"followup.application.{fact}.v1"),
            false,
            method,
            $"/applications/{application}{path}",
            body,
            $"followup.application.{verb}.v1",
            body ?? new { }
        );

    private static Order Scheduler(Attempt attempt, int stage, HttpMethod method, string path, params (string, object?)[] data) =>
        new(
            attempt,
            true,
            method,
            $"/applications/{attempt.Application}/stages/{stage}{path}",
            Team.Given(data),
            $"followup.follow-up.{attempt.What}.v1",
            Team.Given([.. data, ("stage", stage)])
        );

    private static Attempt Of(Guid application, string what, params string[] facts) => new(Guid.NewGuid(), application, what, facts);

    private static string Day(int ahead) =>
        DateOnly.FromDateTime(DateTime.UtcNow).AddDays(ahead).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
