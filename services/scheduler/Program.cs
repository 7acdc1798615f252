using FollowUp.Hosting;
using FollowUp.Hosting.Bus;
using FollowUp.Scheduler;
using FollowUp.Scheduler.Announcing;
using FollowUp.Scheduler.Answering;
using FollowUp.Scheduler.Calendars;
using FollowUp.Scheduler.Claiming;
using FollowUp.Scheduler.Clock;
using FollowUp.Scheduler.Governing;
using FollowUp.Scheduler.Listening;
using FollowUp.Scheduler.Reading;
using FollowUp.Scheduler.Steering;

if (args.FirstOrDefault() == "health")
    return await HealthProbe.Run();

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<IPrivateInbox, WhenKeysChanged>();
try
{
    builder.AddService<WhenSomethingHappened, Border>(Description.Of);
}
catch (SettingException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}
builder
    .Services.AddSingleton<PolicyOfTeam>()
    .AddSingleton<AwaitedPolicies>()
    .AddSingleton<StoreClock>()
    .AddSingleton<Planning>()
    .AddSingleton<Arrivals>()
    .AddSingleton<Turns>()
    .AddSingleton<Steers>()
    .AddSingleton<Claims>();
builder
    .Services.AddSingleton<Warnings>()
    .AddSingleton<PolicyPreview>()
    .AddSingleton<CalendarFeeds>()
    .AddSingleton<Replanning>()
    .AddHostedService(x => x.GetRequiredService<Replanning>());
builder.Services.AddSingleton<PolicyMaking>().AddSingleton<CalendarMaking>().AddSingleton<ICommands, PairQuestions>();
builder.Services.AddSingleton<Ticking>().AddHostedService(x => x.GetRequiredService<Ticking>()).AddHostedService<Gauges>();

var app = builder.Build();
app.UseService();
GetAgenda.Map(app);
GetPlan.Map(app);
ClaimRoutes.Map(app);
AssignRoutes.Map(app);
SnoozeRoutes.Map(app);
OverrideRoutes.Map(app);
PolicyRoutes.Map(app);
CalendarRoutes.Map(app);
await app.RunAsync();
return 0;
