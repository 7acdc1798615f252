using System.Text.Json.Serialization;
using FollowUp.Contracts;
using FollowUp.Platform.Outbox;
using FollowUp.Platform.Security;
using JasperFx;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.MultiTenancy;
using Marten;
using Marten.Schema;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Weasel.Core;
using Weasel.Postgresql;
using Weasel.Postgresql.Tables;

namespace FollowUp.Platform.EventStore;

/// <summary>Marten as this product needs it. Each line that looks odd closes a trap that was met; the comment names it.</summary>
internal static class MartenSetup
{
    public static void AddEventStore(this IServiceCollection services, string connectionString, Action<StoreOptions> configure)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString)
        {
            KeepAlive = 10,
            TcpKeepAlive = true,
            TcpKeepAliveTime = 10,
            TcpKeepAliveInterval = 5,
            IncludeErrorDetail = false, // details quote rows
            // the same few dozen statements for ever: parsing and planning them each time took more of the server than running them
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 3,
            // nothing here leaves a session changed (who takes a session lock gives it back), and undoing nothing (DISCARD ALL, three times
            // a command) cost the server more than the appends
            NoResetOnClose = true,
        };
        // Without it the server notices only after up to a minute that the node that held the outbox's lock was killed.
        connection.Options = string.Join(
            ' ',
            new[] { connection.Options, "-c client_connection_check_interval=1000" }.Where(x => !string.IsNullOrEmpty(x))
        );
        // the name stands in metrics, which are public
        services.AddSingleton(_ => new NpgsqlDataSourceBuilder(connection.ConnectionString) { Name = "followup" }.Build());
        services.AddSingleton(_ => new SearchDatabase(connection.ConnectionString));
        services.AddSingleton<AppendSignal>();
        services.AddHostedService<AppendSignalListener>();
        services.AddScoped<TeamSession>();
        services.AddSingleton<FeedOriginProvider>();
        services.AddHostedService<SchemaCreation>();
        services
            .AddMarten(provider =>
            {
                var wakeup = provider.GetRequiredService<AppendSignal>();
                var options = new StoreOptions();
                options.DatabaseSchemaName = "followup";
                UseJson(options);
                options.AutoCreateSchemaObjects = AutoCreate.CreateOrUpdate;

                options.Events.TenancyStyle = TenancyStyle.Conjoined;
                options.Policies.AllDocumentsAreMultiTenanted();
                options.Events.StreamIdentity = StreamIdentity.AsGuid;
                options.Events.MetadataConfig.CorrelationIdEnabled = true;
                options.Events.MetadataConfig.CausationIdEnabled = true;
                options.Events.MetadataConfig.UserNameEnabled = true;
                options.Events.MetadataConfig.HeadersEnabled = true;
                options.Events.UseAdvisoryLockTransaction = true; // else no subscription ever starts, see Directory.Build.props
                // else a losing append leaves a gap that stalls the outbox publisher for seconds
                options.Events.UseExclusiveLockOnConcurrentAppends = true;
                // an event that can't be read must stop the outbox publisher loudly, not be left out
                options.Projections.Errors.SkipApplyErrors = false;
                options.Projections.Errors.SkipSerializationErrors = false;
                options.Projections.Errors.SkipUnknownEvents = false;
                options.Projections.LeadershipPollingTime = 1000; // a standby takes over within a second or two of the lock being free
                options.Projections.Wakeup = wakeup;
                options.Listeners.Add(wakeup);

                options.Schema.For<ApiKey>().SingleTenanted();
                // who sends and who cancels may meet
                options.Schema.For<Integration>().SingleTenanted();
                options.Schema.For<IdempotencyRecord>().UseNumericRevisions(false);
                options.Schema.For<StoreId>().SingleTenanted();
                configure(options);
                return options;
            })
            .UseNpgsqlDataSource()
            .UseLightweightSessions()
            .AddAsyncDaemon(DaemonMode.HotCold);
    }

    /// <summary>How facts and documents are written; what is written once must be readable for ever.</summary>
    internal static void UseJson(StoreOptions options) =>
        options.UseSystemTextJsonForSerialization(
            EnumStorage.AsString,
            Casing.CamelCase,
            json =>
            {
                json.Converters.Add(new JsonStringEnumConverter(System.Text.Json.JsonNamingPolicy.CamelCase, allowIntegerValues: false));
                json.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            }
        );
}

/// <summary>
/// The same database, for what somebody searches for: each search is planned for its own words. A plan that was prepared for any word reads
/// indexes of trigrams from end to end for one of two letters.
/// </summary>
/// <param name="connectionString">As of everything else.</param>
public sealed class SearchDatabase(string connectionString) : IAsyncDisposable
{
    private const int MostAtOnce = 20;

    private readonly NpgsqlDataSource _source = new NpgsqlDataSourceBuilder(
        new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 0, MaxPoolSize = MostAtOnce }.ConnectionString
    )
    {
        Name = "followup-search",
    }.Build();

    /// <summary>A connection of its own pool.</summary>
    /// <param name="ct">Ends the wait.</param>
    public ValueTask<NpgsqlConnection> Open(CancellationToken ct) => _source.OpenConnectionAsync(ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();
}

/// <summary>
/// Columns of their own for what SQL looks at, and only the indexes that a query uses: Marten's <c>Duplicate</c> makes one for each column,
/// and each costs every write.
/// </summary>
public static class DocumentColumns
{
    /// <summary>Keeps a member in a column of its own.</summary>
    /// <param name="options">The store's options.</param>
    /// <param name="member">The member's name.</param>
    /// <param name="pgType">The column's type, where it isn't Marten's own choice.</param>
    public static StoreOptions Column<T>(this StoreOptions options, string member, string? pgType = null) =>
        options.Of<T>(x => x.DuplicateField(member, pgType));

    /// <summary>An index over columns, in this order.</summary>
    /// <param name="options">The store's options.</param>
    /// <param name="columns">Their names in the database.</param>
    public static StoreOptions Index<T>(this StoreOptions options, params string[] columns) =>
        options.Of<T>(x => x.Indexes.Add(new DocumentIndex(x, columns)));

    /// <summary>An index over columns, in this order, that holds only the rows that a query looks for.</summary>
    /// <param name="options">The store's options.</param>
    /// <param name="predicate">Which rows, in SQL.</param>
    /// <param name="columns">Their names in the database.</param>
    public static StoreOptions IndexWhere<T>(this StoreOptions options, string predicate, params string[] columns) =>
        options.Of<T>(x => x.Indexes.Add(new DocumentIndex(x, columns) { Predicate = predicate }));

    /// <summary>An index that finds a column's rows by any part of its text, as somebody types it.</summary>
    /// <remarks>By PostgreSQL's extension pg_trgm, which the database's owner may create since version 13, and which comes with the server
    /// or its contrib package.
    /// Of the text in small letters: asked as <c>lower(column) like lower(…)</c>, and never taken for a plain comparison of the column, for
    /// which it is a hundred times slower than another.</remarks>
    /// <param name="options">The store's options.</param>
    /// <param name="column">Its name in the database.</param>
    public static StoreOptions Trigrams<T>(this StoreOptions options, string column)
    {
        if (!options.Storage.ExtendedSchemaObjects.OfType<Extension>().Any())
            options.Storage.ExtendedSchemaObjects.Add(new Extension("pg_trgm"));
        return options.Of<T>(x =>
            x.Indexes.Add(
                new DocumentIndex(x, column)
                {
                    Name = $"{x.TableName.Name}_idx_{column}_trigrams",
                    Method = IndexMethod.gin,
                    Mask = "lower(?) gin_trgm_ops",
                }
            )
        );
    }

    private static StoreOptions Of<T>(this StoreOptions options, Action<DocumentMapping> configure)
    {
        // else its table is made when it is first written, by several nodes at once, and SQL that reads it fails until then
        options.RegisterDocumentType<T>();
        options.Policies.ForAllDocuments(x =>
        {
            if (x.DocumentType == typeof(T))
                configure(x);
        });
        return options;
    }
}

/// <summary>Opens sessions of the caller's team, which see and write nothing of another's.</summary>
/// <param name="store">The store.</param>
/// <param name="http">The request, if there is one.</param>
public sealed class TeamSession(IDocumentStore store, Microsoft.AspNetCore.Http.IHttpContextAccessor http)
{
    /// <summary>A session to write in.</summary>
    public IDocumentSession Open()
    {
        var caller = Caller.Of(http.HttpContext!.User);
        return store.Open(caller.Team, caller.Name, http.HttpContext.Request.CorrelationId());
    }

    /// <summary>A session to read in.</summary>
    public IQuerySession Query() => store.QuerySession(Caller.Of(http.HttpContext!.User).Team);
}

/// <summary>Opens sessions.</summary>
public static class SessionFactory
{
    /// <summary>The header in which a fact keeps the trace it was recorded in.</summary>
    public const string TraceParent = "traceparent";

    /// <summary>The header of a fact that was taken back from a replay: it was announced when it was decided, and isn't again.</summary>
    public const string Restored = "takenback";

    /// <summary>
    /// What the caller says that ties together all that the request causes; null where they say nothing, or nothing that could be sent on.
    /// </summary>
    /// <param name="request">The request.</param>
    public static string? CorrelationId(this Microsoft.AspNetCore.Http.HttpRequest request) =>
        request.Headers["X-Correlation-Id"].ToString() is { Length: > 0 and <= 100 } correlation && !correlation.Any(char.IsControl)
            ? correlation
            : null;

    /// <summary>A session of one team, whose facts say who recorded them and in which trace.</summary>
    /// <param name="store">The store.</param>
    /// <param name="team">The team.</param>
    /// <param name="by">Who records.</param>
    /// <param name="correlation">What ties together all that one request causes; the trace's id where none is given.</param>
    /// <param name="causation">The id of the message that causes it.</param>
    /// <param name="transaction">One that is open, and that the caller commits; the session's own where none is given.</param>
    public static IDocumentSession Open(
        this IDocumentStore store,
        string team,
        string by,
        string? correlation = null,
        string? causation = null,
        NpgsqlTransaction? transaction = null
    )
    {
        var session = transaction is null ? store.LightweightSession(team) : store.OpenSession(In(transaction, team));
        var activity = System.Diagnostics.Activity.Current;
        session.LastModifiedBy = by;
        session.CorrelationId = correlation ?? activity?.TraceId.ToHexString();
        session.CausationId = causation;
        if (activity is { Recorded: true, Id: { } id })
            session.SetHeader(TraceParent, id);
        return session;
    }

    private static Marten.Services.SessionOptions In(NpgsqlTransaction transaction, string team)
    {
        var options = Marten.Services.SessionOptions.ForTransaction(transaction);
        options.TenantId = team;
        options.Tracking = DocumentTracking.None;
        return options;
    }
}

/// <summary>Facts that know what caused them, where one transaction holds the consequences of many messages.</summary>
public static class EventCausation
{
    /// <summary>Wraps a fact so that it is, in every respect, the one that a message of our own once announced.</summary>
    /// <param name="fact">The fact.</param>
    /// <param name="said">The message, from a replay.</param>
    public static IEvent TakenBackFrom(this object fact, CloudEvent said)
    {
        var wrapped = fact.CausedBy(said);
        if (Guid.TryParse(said.Id, out var id))
            wrapped.Id = id;
        wrapped.CausationId = said.CausationId;
        wrapped.UserName = said.RecordedBy;
        if (said.Time is { } time)
            wrapped.Timestamp = time;
        wrapped.SetHeader(SessionFactory.Restored, said.Replay!);
        return wrapped;
    }

    /// <summary>Wraps a fact so that it names the message that caused it, and the correlation and trace it belongs to.</summary>
    /// <param name="fact">The fact.</param>
    /// <param name="cause">The message.</param>
    public static IEvent CausedBy(this object fact, CloudEvent cause)
    {
        var wrapped = (IEvent)Activator.CreateInstance(typeof(Event<>).MakeGenericType(fact.GetType()), fact)!;
        wrapped.CorrelationId = cause.CorrelationId;
        wrapped.CausationId = cause.Id;
        wrapped.Timestamp = TimeProvider.System.GetUtcNow(); // what comes wrapped isn't always stamped by the store
        if (cause.TraceParent is { } trace)
            wrapped.SetHeader(SessionFactory.TraceParent, trace);
        return wrapped;
    }
}

/// <summary>An answer that was given to a request with an idempotency key, so that the same request gets the same answer.</summary>
public sealed record IdempotencyRecord
{
    /// <summary>The key, as the caller sent it, with what it is a key of.</summary>
    public required string Id { get; init; }

    /// <summary>SHA-256 of what was asked: the same key for something else is refused.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>Where the thing made is, if one was.</summary>
    public string? Location { get; init; }

    /// <summary>The version of the stream afterwards.</summary>
    public long Version { get; init; }

    /// <summary>The body, JSON.</summary>
    public string? Body { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset At { get; init; }
}
