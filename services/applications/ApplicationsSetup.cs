using FollowUp.Applications.ApiKeys;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Commands;
using FollowUp.Applications.Export;
using FollowUp.Applications.Import;
using FollowUp.Applications.Integrations;
using FollowUp.Applications.Publishing;
using FollowUp.Applications.Queries;
using FollowUp.Applications.Subscriptions;
using FollowUp.Modules;
using FollowUp.Modules.Convergence;
using FollowUp.Platform;
using FollowUp.Platform.Messaging;

namespace FollowUp.Applications;

/// <summary>Registers the services of Applications, except those of the pages.</summary>
internal static class ApplicationsSetup
{
    public static void AddApplications(this WebApplicationBuilder builder)
    {
        builder.AddService<SchedulerEventsHandler, ContractMapper>(ApplicationsService.Definition);
        builder.AddModules();
        builder
            .Services.AddSingleton<SchedulerClient>()
            .AddSingleton<ApplicationWriter>()
            .AddSingleton<CommandHandler>()
            .AddSingleton<IBusCommandHandler, BusCommandHandler>()
            .AddSingleton<ISiblingRequestHandler, NamesForCalendars>();
        builder.Services.AddSingleton<ApiKeyService>().AddSingleton<IntegrationService>().AddHostedService<FirstStart>();
        builder
            .Services.AddSingleton<TeamStatuses>()
            .AddSingleton<CandidateDirectory>()
            .AddSingleton<ImportSheet.Importer>()
            .AddSingleton<Imports>();
        builder.Services.AddSingleton<TeamImports>().AddHostedService<TeamImportWorker>();
        builder.Services.AddHostedService<ImportWorker>();
        builder
            .Services.AddSingleton<ApplicationList>()
            .AddSingleton<ApplicationSheet>()
            .AddSingleton<TeamExport>()
            .AddSingleton<Today>()
            .AddSingleton<Board>()
            .AddSingleton<Insights>();
        builder.Services.AddSingleton<IKeptEvents, SchedulerDecisions>();
    }

    public static void MapApplications(this WebApplication app)
    {
        app.MapModules();
        foreach (var command in ApplicationCommands.All)
            command.Map(app);
        ListApplications.Map(app);
        GetApplication.Map(app);
        GetTimeline.Map(app);
        CandidateRoutes.Map(app);
        KeyRoutes.Map(app);
        IntegrationRoutes.Map(app);
        ImportSheet.Map(app);
        ExportSheet.Map(app);
        ExportTeam.Map(app);
        ImportTeam.Map(app);
    }
}
