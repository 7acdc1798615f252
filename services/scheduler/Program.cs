using FollowUp.Modules;
using FollowUp.Modules.Convergence;
using FollowUp.Platform;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Observability;
using FollowUp.Scheduler;
using FollowUp.Scheduler.Calendars;
using FollowUp.Scheduler.Commands;
using FollowUp.Scheduler.DueSlots;
using FollowUp.Scheduler.InternalRequests;
using FollowUp.Scheduler.Publishing;
using FollowUp.Scheduler.Queries;
using FollowUp.Scheduler.Reconciling;
using FollowUp.Scheduler.Subscriptions;
using FollowUp.Scheduler.TeamPolicies;

if (args.FirstOrDefault() == "health")
    return await HealthProbe.Run(args.ElementAtOrDefault(1));
if (args.FirstOrDefault() == "compare")
    return await ComparisonTool.Run<ContractMapper>(SchedulerService.Definition);

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<ISiblingMessageHandler, KeyChangesHandler>();
try
{
    builder.AddService<ApplicationEventsHandler, ContractMapper>(SchedulerService.Definition);
    builder.AddModules();
}
catch (SettingException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}
builder
    .Services.AddSingleton<TeamPolicyStore>()
    .AddSingleton<PlanPreview>()
    .AddSingleton<AwaitedPolicies>()
    .AddSingleton<DatabaseClock>()
    .AddSingleton<PlanUnitOfWork>()
    .AddSingleton<ArrivalSignal>()
    .AddSingleton<Reconciliation>()
    .AddSingleton<IReconciliation>(x => x.GetRequiredService<Reconciliation>())
    .AddHostedService(x => x.GetRequiredService<Reconciliation>())
    .AddSingleton<PlanCommandHandler>();
builder
    .Services.AddSingleton<Warnings>()
    .AddSingleton<PolicyPreview>()
    .AddSingleton<CalendarFeeds>()
    .AddSingleton<CalendarNames>()
    .AddSingleton<Replanning>()
    .AddHostedService(x => x.GetRequiredService<Replanning>());
builder
    .Services.AddSingleton<TeamPolicyService>()
    .AddSingleton<CalendarService>()
    .AddSingleton<TeamTransfer>()
    .AddSingleton<IBusCommandHandler, InternalRequestHandler>();
builder
    .Services.AddSingleton<DueSlotScheduler>()
    .AddHostedService(x => x.GetRequiredService<DueSlotScheduler>())
    .AddHostedService<SlotMetrics>();

var app = builder.Build();
app.UseService();
app.MapModules();
GetAgenda.Map(app);
GetPlan.Map(app);
foreach (var command in SchedulerCommands.All)
    command.Map(app);
PolicyRoutes.Map(app);
CalendarRoutes.Map(app);
return await app.RunService();
