using FollowUp.Applications;
using FollowUp.Applications.Announcing;
using FollowUp.Applications.Asking;
using FollowUp.Applications.Importing;
using FollowUp.Applications.Integrations;
using FollowUp.Applications.Keys;
using FollowUp.Applications.Listening;
using FollowUp.Applications.Pages;
using FollowUp.Applications.Pages.Acting;
using FollowUp.Applications.Pages.Digest;
using FollowUp.Applications.Pages.Importing;
using FollowUp.Applications.Pages.Insights;
using FollowUp.Applications.Pages.Live;
using FollowUp.Applications.Pages.Me;
using FollowUp.Applications.Pages.New;
using FollowUp.Applications.Pages.Pipeline;
using FollowUp.Applications.Pages.Settings.Calendars;
using FollowUp.Applications.Pages.Settings.Keys;
using FollowUp.Applications.Pages.Settings.Policy;
using FollowUp.Applications.Pages.SigningIn;
using FollowUp.Applications.Pages.Today;
using FollowUp.Applications.Reading;
using FollowUp.Applications.Rebuilding;
using FollowUp.Applications.Recording;
using FollowUp.Hosting;
using FollowUp.Hosting.Bus;
using FollowUp.Hosting.Replays;

if (await Tools.Run(args) is { } exitCode)
    return exitCode;

// What it serves lies beside it, wherever it is started from.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.AddPages();
try
{
    builder.AddService<WhenTheSchedulerSpoke, Border>(Description.Of);
    builder.AddIssuer();
    builder.AddDigest();
}
catch (SettingException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}
builder
    .Services.AddSingleton<SchedulerDesk>()
    .AddSingleton<Recorder>()
    .AddSingleton<FollowUpRecording>()
    .AddSingleton<Commanding>()
    .AddSingleton<ICommands, RecordingOverTheBus>()
    .AddSingleton<KeyMaking>()
    .AddSingleton<IntegrationMaking>()
    .AddSingleton<ImportSheet.Importer>()
    .AddHostedService<FirstStart>();
builder.Services.AddHostedService<OlderRows>();
builder
    .Services.AddSingleton<SlotActing>()
    .AddSingleton<SlotWarnings>()
    .AddSingleton<Colleagues>()
    .AddSingleton<Candidates>()
    .AddSingleton<Showing>();
builder.Services.AddSingleton<Imports>().AddHostedService<ImportWorker>().AddSingleton<Suggestions>();
builder
    .Services.AddSingleton<ApplicationList>()
    .AddSingleton<Today>()
    .AddSingleton<Board>()
    .AddSingleton<Insights>()
    .AddSingleton<PolicyLooking>();
builder.Services.AddSingleton<IRebuild, RebuildOfTheScheduler>();

var app = builder.Build();
app.UsePages();
app.UseService();
app.UseLanguages();
app.MapStaticAssets().AllowAnonymous();
SubmitApplication.Map(app);
AmendApplication.Map(app);
SendCoverLetter.Map(app);
RecordContact.Map(app);
RecordResponse.Map(app);
ScheduleInterview.Map(app);
RescheduleInterview.Map(app);
CancelInterview.Map(app);
RecordFollowUp.Map(app);
CloseApplication.Map(app);
ReopenApplication.Map(app);
ListApplications.Map(app);
GetApplication.Map(app);
GetTimeline.Map(app);
People.Map(app);
KeyRoutes.Map(app);
IntegrationRoutes.Map(app);
ImportSheet.Map(app);
SignIn.Map(app);
OpenIdConnect.Map(app);
MeRoutes.Map(app);
DigestStop.Map(app);
KeysRoutes.Map(app);
TodayRoutes.Map(app);
ListRoutes.Map(app);
BoardRoutes.Map(app);
OneRoutes.Map(app);
ActingRoutes.Map(app);
ChangesRoute.Map(app);
NewRoutes.Map(app);
ImportRoutes.Map(app);
PolicyRoutes.Map(app);
VersionsRoutes.Map(app);
HolidaysRoutes.Map(app);
InsightsRoutes.Map(app);
CalendarsRoutes.Map(app);
await app.RunAsync();
return 0;
