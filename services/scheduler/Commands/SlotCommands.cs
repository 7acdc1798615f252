using FollowUp.Contracts;
using FollowUp.Platform.Messaging;

namespace FollowUp.Scheduler.Commands;

/// <summary>
/// The commands on a slot besides those of claims, over HTTP and the bus: assign, snooze and override. Each is idempotent by its
/// content: a repeated command changes nothing.
/// </summary>
internal sealed class SlotCommands(PlanCommandHandler turns)
{
    public Task<object> Handle(IncomingCommand command, CancellationToken ct)
    {
        var (message, team, application, asked) = command;
        var by = message.RecordedBy ?? "bus";
        return asked switch
        {
            AssignFollowUp x => Carry(x, AssignRoutes.CarryOut),
            SnoozeFollowUp x => Carry(x, SnoozeRoutes.CarryOut),
            OverrideFollowUp x => Carry(x, OverrideRoutes.CarryOut),
            _ => throw new ArgumentException($"A {asked.GetType().Name} steers nothing.", nameof(command)),
        };

        async Task<object> Carry<TCommand, TAnswer>(
            TCommand what,
            Func<PlanCommandHandler, PlanCommandHandler.CommandContext, TCommand, CancellationToken, Task<TAnswer>> carryOut
        )
            where TAnswer : notnull => await carryOut(turns, new(team, application, by, null, message), what, ct);
    }
}
