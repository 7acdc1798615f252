using System.Diagnostics;
using FollowUp.Benchmarks.Peer;
using JasperFx.Events;
using Marten;
using Npgsql;
using Wolverine;
using Wolverine.Marten;
using Wolverine.RabbitMQ;

// What a .NET team would write instead of the pair for a submission's round trip, with Marten, Wolverine and RabbitMQ: an event and a list
// row in one transaction, published through a durable outbox; taken in by a second process, which appends its decision and stores an agenda
// row; its message updates the first one's read model. Quorum queues, as the pair's. It has no keys, no teams, no checks and no reasons.
// PEER_ROLE is applications or scheduler.
var builder = WebApplication.CreateBuilder(args);
var isApplications = builder.Configuration["PEER_ROLE"] == "applications";
var database = new NpgsqlConnectionStringBuilder(builder.Configuration.GetConnectionString("Peer"))
{
    MaxPoolSize = 40,
    NoResetOnClose = true,
    MaxAutoPrepare = 50,
};
builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
builder.Services.AddHealthChecks();
builder.Services.AddSingleton<RoundTrips>();
builder
    .Services.AddMarten(marten =>
    {
        marten.Connection(database.ConnectionString);
        marten.Events.AppendMode = EventAppendMode.QuickWithServerTimestamps;
        marten.Events.UseAdvisoryLockTransaction = true;
        marten.UseSystemTextJsonForSerialization();
        marten.DisableNpgsqlLogging = true;
        marten.Schema.For<Slot>().Duplicate(x => x.DueAt);
        marten.Schema.For<Row>().Duplicate(x => x.Candidate).Duplicate(x => x.At);
    })
    .UseLightweightSessions()
    .IntegrateWithWolverine();
builder.Host.UseWolverine(wolverine =>
{
    wolverine.UseRabbitMq(new Uri(builder.Configuration["PEER_BUS"]!)).AutoProvision().UseQuorumQueues();
    wolverine.PublishMessage<Submitted>().ToRabbitExchange("peer.submitted").UseDurableOutbox();
    wolverine.PublishMessage<Planned>().ToRabbitExchange("peer.planned").UseDurableOutbox();
    var (queue, exchange) = isApplications ? ("peer.applications", "peer.planned") : ("peer.scheduler", "peer.submitted");
    wolverine.ListenToRabbitQueue(queue, x => x.BindExchange(exchange)).UseDurableInbox();
    wolverine.Policies.AutoApplyTransactions();
});
var app = builder.Build();
app.MapHealthChecks("/health/ready");
app.MapGet("/round-trips", (RoundTrips trips) => trips.Take());
app.MapPut(
    "/applications/{id:guid}",
    async (Guid id, Submission body, IDocumentSession session, IMartenOutbox outbox) =>
    {
        outbox.Enroll(session);
        var submitted = new Submitted(
            id,
            body.Candidate,
            body.Employer.Name,
            body.Posting.Title,
            DateTimeOffset.UtcNow,
            Stopwatch.GetTimestamp()
        );
        session.Events.StartStream(id, submitted);
        session.Store(new Row(id, submitted.Candidate, submitted.Employer, submitted.Title, submitted.At));
        await outbox.PublishAsync(submitted);
        await session.SaveChangesAsync();
        return Results.Created(
            new Uri($"/applications/{id}", UriKind.Relative),
            new
            {
                id,
                body.Candidate,
                stage = 1,
                submittedAt = submitted.At,
                version = 1,
            }
        );
    }
);
await app.RunAsync();
