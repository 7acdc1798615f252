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
public interface ICommandDefinition : ICommandRegistration
{
    /// <summary>Checks the command, then records it.</summary>
    Task<CommandResult> Handle(Guid application, object command, CommandContext context, CommandHandler handler, CancellationToken ct);
}

/// <inheritdoc cref="ICommandDefinition"/>
/// <typeparam name="TCommand">The contract's record.</typeparam>
public sealed class CommandDefinition<TCommand>() : CommandRegistration<TCommand>(Scopes.Record), ICommandDefinition
    where TCommand : class
{
    /// <summary>Records it.</summary>
    public required CommandAction<TCommand> Action { get; init; }

    /// <inheritdoc/>
    public Task<CommandResult> Handle(
        Guid application,
        object command,
        CommandContext context,
        CommandHandler handler,
        CancellationToken ct
    ) => Action(application, MustBeRight(command, handler.Now), context, handler, ct);

    /// <inheritdoc/>
    protected override async Task<IResult> Handle(CommandRequest<TCommand> request, CancellationToken ct)
    {
        var http = request.Http;
        var handler = http.RequestServices.GetRequiredService<CommandHandler>();
        var context = http.ContextFor(request.Caller, request.Written ?? (object)request.Command, request.Written);
        return (await Handle(request.Application, request.Command, context, handler, ct)).ToResult(http);
    }
}

/// <summary>Every command of this service.</summary>
public static class ApplicationCommands
{
    private static readonly CommandRegistry<ICommandDefinition> Registry = new([
        SubmitApplicationHandler.Definition,
        AmendApplicationHandler.Definition,
        SendCoverLetterHandler.Definition,
        RecordContactHandler.Definition,
        RecordResponseHandler.Definition,
        ScheduleInterviewHandler.Definition,
        RescheduleInterviewHandler.Definition,
        CancelInterviewHandler.Definition,
        RecordStepHandler.Definition,
        RecordFollowUpHandler.Definition,
        RecordNoteHandler.Definition,
        CloseApplicationHandler.Definition,
        ReopenApplicationHandler.Definition,
        CorrectContactHandler.Definition,
        RetractFactHandler.Definition,
        VoidApplicationHandler.Definition,
    ]);

    public static IReadOnlyList<ICommandDefinition> All => Registry.All;

    /// <inheritdoc cref="CommandRegistry{TDefinition}.Of"/>
    public static ICommandDefinition Of(object command) => Registry.Of(command);
}
