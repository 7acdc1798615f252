using FollowUp.Contracts;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;

namespace FollowUp.Scheduler.Commands;

/// <summary>The context of a command: its caller and its application.</summary>
/// <param name="By">The caller, who is recorded with the events; null where a message doesn't say.</param>
/// <param name="AsOf">The version of the application that the caller has seen: no decision uses an older state.</param>
/// <param name="Cause">The message that carried the command, if there is one.</param>
/// <param name="Guarded">The stage for which <see cref="Guards"/> checks the team's other follow-ups.</param>
/// <param name="Key">The key under which the answer is kept; null for a command that is recognised by a claim's id.</param>
internal sealed record CommandContext(
    string Team,
    Guid Application,
    string? By,
    long? AsOf = null,
    CloudEvent? Cause = null,
    int? Guarded = null,
    string? Principal = null,
    IdempotencyKey? Key = null
)
{
    /// <summary>The recorded caller.</summary>
    public string Recorder => By ?? "bus";
}

/// <summary>Handles a command that was checked.</summary>
/// <returns>The answer: one of the contract's records.</returns>
internal delegate Task<object> CommandAction<in TCommand>(
    TCommand command,
    CommandContext context,
    PlanCommandHandler handler,
    CancellationToken ct
);

/// <summary>The one registration of a command: its routes, its binding to the bus, its checks, its description and what it does.</summary>
internal interface ICommandDefinition : ICommandRegistration
{
    /// <summary>Whether the decision is recorded under the id of the command's claim, and repeated from there.</summary>
    bool IsKeptByClaim { get; }

    /// <summary>Checks the command, then decides on it.</summary>
    Task<object> Handle(object command, CommandContext context, PlanCommandHandler handler, CancellationToken ct);
}

/// <inheritdoc cref="ICommandDefinition"/>
/// <typeparam name="TCommand">The contract's record.</typeparam>
internal sealed class CommandDefinition<TCommand>() : CommandRegistration<TCommand>(Scopes.Claim), ICommandDefinition
    where TCommand : class
{
    /// <summary>The status of the HTTP answer; that of a DELETE is 204, without a body.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <inheritdoc/>
    public bool IsKeptByClaim { get; init; }

    /// <summary>Decides on it.</summary>
    public required CommandAction<TCommand> Action { get; init; }

    /// <inheritdoc/>
    public Task<object> Handle(object command, CommandContext context, PlanCommandHandler handler, CancellationToken ct) =>
        Action(MustBeRight(command, handler.Now), context, handler, ct);

    /// <inheritdoc/>
    protected override async Task<IResult> Handle(CommandRequest<TCommand> request, CancellationToken ct)
    {
        var handler = request.Http.RequestServices.GetRequiredService<PlanCommandHandler>();
        var context = new CommandContext(
            request.Caller.Team,
            request.Application,
            request.Caller.Name,
            Principal: request.Caller.Principal,
            Key: IsKeptByClaim ? null : IdempotencyKey.Of(request.Http.Request, request.Command, request.Caller.Principal)
        );
        var answer = await Handle(request.Command, context, handler, ct);
        return HttpMethods.IsDelete(request.Http.Request.Method)
            ? TypedResults.NoContent()
            : TypedResults.Json(answer, Json.Lenient, statusCode: Status);
    }
}

/// <summary>Every command of this service.</summary>
internal static class SchedulerCommands
{
    private static readonly CommandRegistry<ICommandDefinition> Registry = new([
        ClaimFollowUpHandler.Definition,
        SettleFollowUpHandler.Definition,
        ReleaseClaimHandler.Definition,
        AssignFollowUpHandler.Definition,
        SnoozeFollowUpHandler.Definition,
        OverrideFollowUpHandler.Definition,
    ]);

    public static IReadOnlyList<ICommandDefinition> All => Registry.All;

    /// <inheritdoc cref="CommandRegistry{TDefinition}.Of"/>
    public static ICommandDefinition Of(object command) => Registry.Of(command);
}
