using System.Globalization;
using FollowUp.Applications.Queries;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;

namespace FollowUp.Applications.Pages.Pipeline;

/// <summary>The query string of the list: filter, order and page.</summary>
public sealed record ListQuery(
    string? Q,
    string? Status,
    string? Stage,
    string? FollowUp,
    string? Candidate,
    string? Employer,
    string? Assignee,
    string? ClosingProposed,
    string? Sort,
    string? After,
    string? Before
)
{
    /// <summary>Whether a filter other than the three that are always visible is set.</summary>
    public bool HasMore => (Given(Stage) ?? Given(Candidate) ?? Given(Employer) ?? Given(Assignee) ?? Given(ClosingProposed)) is not null;

    public bool IsFiltered => HasMore || (Given(Q) ?? Given(Status) ?? Given(FollowUp)) is not null;

    public ApplicationSort Order =>
        QueryEnums.Parse<ApplicationSort>(Sort, "sort") is { } sort and not ApplicationSort.Closed ? sort : ApplicationSort.Submitted;

    /// <exception cref="RefusedException"><c>badInput</c>: an invalid value.</exception>
    public ApplicationFilter Filter(Reader reader) =>
        new()
        {
            Q = Given(Q),
            IsClosed = QueryEnums.Parse<OpenOrClosed>(Status, "status") is { } kind ? kind == OpenOrClosed.Closed : null,
            Stage = Number(Stage, "stage"),
            FollowUp = QueryEnums.Parse<SlotStatus>(FollowUp, "followUp") is { } status ? [status] : [],
            Candidate = reader.Candidate ?? Given(Candidate),
            Employer = Given(Employer),
            Assignee = Given(Assignee),
            ClosingProposed = Given(ClosingProposed) is null ? null : true,
        };

    /// <summary>The first page of the same list in another order.</summary>
    public string In(ApplicationSort order) =>
        (
            this with
            {
                Sort = order == ApplicationSort.Submitted ? null : order.ToString().ToLowerInvariant(),
                After = null,
                Before = null,
            }
        ).Address;

    /// <summary>The page after or before a cursor.</summary>
    public string At(string? after = null, string? before = null) => (this with { After = after, Before = before }).Address;

    /// <summary>The whole list as a sheet.</summary>
    public string Sheet(string extension) => (this with { After = null, Before = null }).AddressAt($"/pipeline.{extension}");

    public string Address => AddressAt("/pipeline");

    private string AddressAt(string path) =>
        path
        + QueryString.Create(
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["q"] = Q,
                ["status"] = Status,
                ["stage"] = Stage,
                ["followUp"] = FollowUp,
                ["candidate"] = Candidate,
                ["employer"] = Employer,
                ["assignee"] = Assignee,
                ["closingProposed"] = ClosingProposed,
                ["sort"] = Sort,
                ["after"] = After,
                ["before"] = Before,
            }.Where(x => Given(x.Value) is not null)
        );

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static int? Number(string? text, string field) =>
        Given(text) is not { } given ? null
        : int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw RefusedException.BadInput(field, "It must be a whole number.");

    private enum OpenOrClosed
    {
        Open,
        Closed,
    }
}
