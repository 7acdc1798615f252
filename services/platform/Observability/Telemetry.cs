using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FollowUp.Platform.Observability;

/// <summary>The source of traces and the meter that both services use.</summary>
public static class Telemetry
{
    /// <summary>The source of traces.</summary>
    public static ActivitySource Source { get; } = new("FollowUp");

    /// <summary>The meter.</summary>
    public static Meter Meter { get; } = new("FollowUp");

    /// <summary>The number of commands by route and outcome.</summary>
    internal static Counter<long> Commands { get; } =
        Meter.CreateCounter<long>("followup.commands", "{command}", "Commands by route or type and by outcome");

    internal static void AddTelemetry(this WebApplicationBuilder builder, string service)
    {
        var otlp = builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 };
        var telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(x => x.AddService($"followup-{service}"))
            .WithMetrics(x =>
                x.AddMeter("FollowUp", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql")
                    .AddRuntimeInstrumentation()
                    .AddPrometheusExporter()
            );
        if (!otlp)
            return; // without a collector the spans would cost time and have no reader
        telemetry.WithMetrics(x => x.AddOtlpExporter());
        telemetry.WithTracing(x => x.AddSource("FollowUp").AddAspNetCoreInstrumentation(KeepSecrets).AddNpgsql().AddOtlpExporter());
    }

    /// <summary>The path of a request without secrets: the address of a calendar contains its token.</summary>
    internal static string WithoutSecrets(PathString path) =>
        path.StartsWithSegments("/calendars", StringComparison.OrdinalIgnoreCase, out var rest)
        && rest.Value is { Length: > 1 } file
        && !Guid.TryParse(file[1..], out _)
            ? "/calendars/{token}.ics"
            : path.Value ?? "";

    internal static void KeepSecrets(AspNetCoreTraceInstrumentationOptions options) =>
        options.EnrichWithHttpRequest = (activity, request) =>
        {
            if (WithoutSecrets(request.Path) is var path && path != request.Path.Value)
                activity.SetTag("url.path", path);
        };
}
