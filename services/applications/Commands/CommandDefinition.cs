using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Commands;

/// <summary>Handles a command that was checked.</summary>
public delegate Task<CommandResult> CommandAction<in TCommand>(
    Guid application,
    TCommand command,
    CommandContext context,
    CommandHandler handler,
    CancellationToken ct
);

/// <summary>The one registration of a command: its routes, its binding to the bus, its checks, its description and what it does.</summary>
public abstract class CommandDefinition
{
    /// <summary>The contract's record, by which the bus finds the definition.</summary>
    public abstract Type Command { get; }

    /// <summary>Method and pattern of each route.</summary>
    public abstract IEnumerable<(string Method, string Pattern)> HttpRoutes { get; }

    /// <summary>Maps the routes.</summary>
    public abstract void Map(IEndpointRouteBuilder app);

    /// <summary>Adds to <paramref name="checks"/> everything that is wrong with the command.</summary>
    public abstract void Check(object command, InputChecks checks, DateTimeOffset now);

    /// <summary>Checks the command, then records it.</summary>
    public abstract Task<CommandResult> Handle(
        Guid application,
        object command,
        CommandContext context,
        CommandHandler handler,
        CancellationToken ct
    );
}

/// <inheritdoc/>
/// <typeparam name="TCommand">The contract's record.</typeparam>
public sealed class CommandDefinition<TCommand> : CommandDefinition
    where TCommand : class
{
    /// <summary>Where HTTP takes it.</summary>
    public required CommandRoute<TCommand>[] Routes { get; init; }

    /// <summary>What OpenAPI says of it.</summary>
    public required string Summary { get; init; }

    /// <summary>What it answers, where OpenAPI describes that.</summary>
    public Type? Answer { get; init; }

    /// <summary>What is wrong with the command, whatever the state of the application.</summary>
    public required Action<TCommand, InputChecks, DateTimeOffset> Checks { get; init; }

    /// <summary>Records it.</summary>
    public required CommandAction<TCommand> Action { get; init; }

    /// <inheritdoc/>
    public override Type Command => typeof(TCommand);

    /// <inheritdoc/>
    public override IEnumerable<(string Method, string Pattern)> HttpRoutes => Routes.Select(x => (x.Method, x.Pattern));

    /// <inheritdoc/>
    public override void Map(IEndpointRouteBuilder app)
    {
        foreach (var route in Routes)
            route
                .Map(
                    app,
                    async (request, ct) =>
                    {
                        var http = request.Http;
                        var handler = http.RequestServices.GetRequiredService<CommandHandler>();
                        var context = http.ContextFor(request.Caller, request.Written ?? (object)request.Command, request.Written);
                        return (await Handle(request.Application, request.Command, context, handler, ct)).ToResult(http);
                    }
                )
                .RequireScope(Scopes.Record)
                .Describe(route.Summary ?? Summary, Answer);
    }

    /// <inheritdoc/>
    public override void Check(object command, InputChecks checks, DateTimeOffset now) => Checks((TCommand)command, checks, now);

    /// <inheritdoc/>
    public override Task<CommandResult> Handle(
        Guid application,
        object command,
        CommandContext context,
        CommandHandler handler,
        CancellationToken ct
    )
    {
        var checks = new InputChecks();
        Checks((TCommand)command, checks, handler.Now);
        checks.Refuse();
        return Action(application, (TCommand)command, context, handler, ct);
    }
}

/// <summary>Every command of this service.</summary>
public static class ApplicationCommands
{
    public static IReadOnlyList<CommandDefinition> All { get; } =
    [
        SubmitApplicationHandler.Definition,
        AmendApplicationHandler.Definition,
        SendCoverLetterHandler.Definition,
        RecordContactHandler.Definition,
        RecordResponseHandler.Definition,
        ScheduleInterviewHandler.Definition,
        RescheduleInterviewHandler.Definition,
        CancelInterviewHandler.Definition,
        RecordFollowUpHandler.Definition,
        RecordNoteHandler.Definition,
        CloseApplicationHandler.Definition,
        ReopenApplicationHandler.Definition,
    ];

    private static readonly Dictionary<Type, CommandDefinition> ByType = All.ToDictionary(x => x.Command);

    /// <summary>The definition of a command.</summary>
    /// <exception cref="RefusedException"><c>unknownType</c>: it is none of this service's.</exception>
    public static CommandDefinition Of(object command) =>
        ByType.GetValueOrDefault(command.GetType())
        ?? throw new RefusedException("unknownType", "This service does not take that command.", 400);
}
