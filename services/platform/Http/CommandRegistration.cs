using FollowUp.Platform.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FollowUp.Platform.Http;

/// <summary>
/// The one registration of a command: its routes, its checks and its description. Each service adds what the command does.
/// </summary>
public interface ICommandRegistration
{
    /// <summary>The contract's record, by which the bus finds the registration.</summary>
    Type Command { get; }

    /// <summary>Method and pattern of each route.</summary>
    IEnumerable<(string Method, string Pattern)> HttpRoutes { get; }

    /// <summary>Maps the routes.</summary>
    /// <param name="app">Where.</param>
    void Map(IEndpointRouteBuilder app);

    /// <summary>Adds to <paramref name="checks"/> everything that is wrong with the command.</summary>
    /// <param name="command">The contract's record.</param>
    /// <param name="checks">The errors so far.</param>
    /// <param name="now">The present.</param>
    void Check(object command, InputChecks checks, DateTimeOffset now);
}

/// <inheritdoc/>
/// <typeparam name="TCommand">The contract's record.</typeparam>
/// <param name="scope">What the caller's key must allow.</param>
public abstract class CommandRegistration<TCommand>(string scope) : ICommandRegistration
    where TCommand : class
{
    /// <summary>Where HTTP takes it; empty for a command of the bus alone.</summary>
    public required CommandRoute<TCommand>[] Routes { get; init; }

    /// <summary>What OpenAPI says of it.</summary>
    public required string Summary { get; init; }

    /// <summary>What it answers, where OpenAPI describes that.</summary>
    public Type? Answer { get; init; }

    /// <summary>What is wrong with the command, whatever the state of the application.</summary>
    public required Action<TCommand, InputChecks, DateTimeOffset> Checks { get; init; }

    /// <inheritdoc/>
    public Type Command => typeof(TCommand);

    /// <inheritdoc/>
    public IEnumerable<(string Method, string Pattern)> HttpRoutes => Routes.Select(x => (x.Method, x.Pattern));

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder app)
    {
        foreach (var route in Routes)
            route
                .Map(app, Handle)
                .AddEndpointFilter((context, next) => KnownQuery(route, context, next))
                .RequireScope(scope)
                .Describe(route.Summary ?? Summary, route.Method == HttpMethods.Delete ? null : Answer);
    }

    // A misspelt parameter would change what is recorded without a word.
    private static ValueTask<object?> KnownQuery(
        CommandRoute<TCommand> route,
        EndpointFilterInvocationContext context,
        EndpointFilterDelegate next
    )
    {
        foreach (var name in context.HttpContext.Request.Query.Keys.Except(route.QueryNames, StringComparer.Ordinal))
            throw new RefusedException(
                "unknownProperty",
                $"There is no parameter '{name}' here.",
                new Dictionary<string, Sentence[]>(StringComparer.Ordinal) { [name] = ["It is not known here."] }
            );
        return next(context);
    }

    /// <inheritdoc/>
    public void Check(object command, InputChecks checks, DateTimeOffset now) => Checks((TCommand)command, checks, now);

    /// <summary>Refuses the command if anything is wrong with it.</summary>
    /// <param name="command">The contract's record.</param>
    /// <param name="now">The present.</param>
    /// <exception cref="RefusedException"><c>badInput</c>, with every error.</exception>
    protected TCommand MustBeRight(object command, DateTimeOffset now)
    {
        var checks = new InputChecks();
        Check(command, checks, now);
        checks.Refuse();
        return (TCommand)command;
    }

    /// <summary>Handles the command of a request, and answers.</summary>
    /// <param name="request">The request.</param>
    /// <param name="ct">Ends the attempt.</param>
    protected abstract Task<IResult> Handle(CommandRequest<TCommand> request, CancellationToken ct);
}
