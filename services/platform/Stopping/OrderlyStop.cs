using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FollowUp.Platform.Stopping;

// See docs/decisions/0031-order-of-stopping.md
/// <summary>
/// What a node does between SIGTERM and the stop of its parts, so that no request is lost: it is not ready any more, and waits for the load
/// balancer to notice; then it closes the port, and answers what it had accepted. Only then the host stops the web server, and after it the
/// consumers and the database's users.
/// </summary>
/// <param name="settings">The pause.</param>
/// <param name="log">The log.</param>
public sealed partial class OrderlyStop(OrderlyStopSettings settings, ILogger<OrderlyStop> log)
    : IHostedLifecycleService,
        IHealthCheck,
        IStartupFilter,
        IDisposable
{
    private static readonly TimeSpan LongestWaitForAcceptance = TimeSpan.FromSeconds(1);
    private readonly ConcurrentBag<Socket> _listening = [];
    private readonly CancellationTokenSource _portClosed = new();
    private volatile bool _isStopping;

    /// <summary>
    /// Ends when the port is closed: a response that would last for ever ends then, and its reader finds another node. Reads that a request
    /// may wait for end with it, too: while the node is only not ready, it answers as ever.
    /// </summary>
    public CancellationToken PortClosed => _portClosed.Token;

    /// <summary>Remembers a socket that accepts connections.</summary>
    internal Socket Remember(Socket socket)
    {
        _listening.Add(socket);
        return socket;
    }

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_isStopping ? HealthCheckResult.Unhealthy("The node is stopping.") : HealthCheckResult.Healthy("The node runs."));

    /// <summary>Ends each connection with the answer to its next request, so that the request after it goes to another node.</summary>
    /// <param name="next">The application.</param>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
        app =>
        {
            app.Use(
                (http, rest) =>
                {
                    if (_isStopping)
                        http.Response.OnStarting(() =>
                        {
                            http.Response.Headers.Connection = "close";
                            return Task.CompletedTask;
                        });
                    return rest(http);
                }
            );
            next(app);
        };

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        try
        {
            if (settings.Pause > TimeSpan.Zero)
            {
                LogNotReady(log, settings.Pause.TotalSeconds);
                await Task.Delay(settings.Pause, cancellationToken);
                await ClosePort(cancellationToken);
            }
            await _portClosed.CancelAsync();
            await Task.Delay(settings.Rest, cancellationToken);
        }
        catch (OperationCanceledException) { } // the time for stopping is over
    }

    // A connection that waits to be accepted when its socket closes is reset, and its client may have sent a request.
    private async Task ClosePort(CancellationToken ct)
    {
        foreach (var socket in _listening)
        {
            for (var waited = TimeSpan.Zero; waited < LongestWaitForAcceptance && socket.Poll(0, SelectMode.SelectRead); )
            {
                await Task.Delay(1, ct);
                waited += TimeSpan.FromMilliseconds(1);
            }
            socket.Dispose(); // the web server takes it for its own: it accepts no more, and its connections go on
        }
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _portClosed.Dispose();

    [LoggerMessage(Level = LogLevel.Information, Message = "This node is stopping: it is not ready, and closes its port in {Seconds} s")]
    private static partial void LogNotReady(ILogger log, double seconds);
}

/// <summary>How long a node takes to stop.</summary>
/// <param name="Pause">How long it answers after it was told to stop, while the load balancer notices; zero where there is none.</param>
public sealed record OrderlyStopSettings(TimeSpan Pause)
{
    private static readonly TimeSpan Parts = TimeSpan.FromSeconds(15);

    /// <summary>For the requests of connections that were accepted just before the port was closed.</summary>
    internal TimeSpan Rest => Pause > TimeSpan.Zero ? TimeSpan.FromSeconds(1) : TimeSpan.Zero;

    /// <summary>The longest time from the signal to the end.</summary>
    internal TimeSpan Longest => Pause + Rest + Parts;

    /// <summary>Reads the setting <c>Shutdown:Pause</c>.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <exception cref="SettingException">The value is no number of seconds.</exception>
    internal static OrderlyStopSettings Read(IConfiguration configuration) =>
        configuration["Shutdown:Pause"] is not { Length: > 0 } text ? new(TimeSpan.FromSeconds(5))
        : int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= 300
            ? new(TimeSpan.FromSeconds(seconds))
        : throw new SettingException("Shutdown:Pause must be a number of seconds, 0 to 300.");
}

internal static class OrderlyStopSetup
{
    public static void AddOrderlyStop(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = OrderlyStopSettings.Read(configuration);
        services
            .AddSingleton(settings)
            .AddSingleton<OrderlyStop>()
            .AddHostedService(x => x.GetRequiredService<OrderlyStop>())
            .AddSingleton<IStartupFilter>(x => x.GetRequiredService<OrderlyStop>());
        services
            .AddOptions<SocketTransportOptions>()
            .Configure<OrderlyStop>(
                (options, stop) =>
                    options.CreateBoundListenSocket = address =>
                        stop.Remember(SocketTransportOptions.CreateDefaultBoundListenSocket(address))
            );
        services.Configure<HostOptions>(x => x.ShutdownTimeout = settings.Longest);
    }
}
