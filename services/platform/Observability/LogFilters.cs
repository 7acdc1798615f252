using Microsoft.Extensions.Logging;

namespace FollowUp.Platform.Observability;

/// <summary>Filters the log lines of libraries that repeat what this code logs or answers.</summary>
internal static class LogFilters
{
    public static void AddLogFilters(this ILoggingBuilder logging) =>
        logging
            .AddFilter("Marten", LogLevel.Warning)
            // logs each append that lost a race, with all parameters; every failure is thrown as well
            .AddFilter("Marten.IDocumentStore", LogLevel.None)
            .AddFilter("JasperFx", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None) // Problems logs what matters
            // a wrong key is the caller's error, and the caller gets a problem
            .AddFilter("FollowUp.Platform.Security.ApiKeyAuthentication", LogLevel.Warning)
            // warns that its keys are unencrypted in the database, as everything else there
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
            // an expired form is its sender's error, and the sender gets a page
            .AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.None)
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None) // /health/ready has the same content
            .AddFilter("Npgsql", LogLevel.Warning)
            // logs every failed attempt with its stack trace; outbox, dead letters and the bus check log what matters, once
            .AddFilter("MassTransit", LogLevel.None)
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
}
