using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace FollowUp.Chaos;

/// <summary>RabbitMQ's management API, as an administrator who isn't struck by the faults.</summary>
internal sealed class Broker : IAsyncDisposable
{
    private const string Administrator = "chaos-administrator";

    private readonly Uri _amqp = new(Environment.GetEnvironmentVariable("FOLLOWUP_TEST_AMQP")!);
    private readonly HttpClient _http;
    private readonly string _host;

    private Broker(string virtualHost, string password)
    {
        _host = virtualHost;
        _http = new HttpClient
        {
            BaseAddress = new Uri(Environment.GetEnvironmentVariable("FOLLOWUP_TEST_MANAGEMENT")!),
            Timeout = TimeSpan.FromSeconds(10),
        };
        _http.DefaultRequestHeaders.Authorization = Basic($"{Administrator}:{password}");
    }

    public static async Task<Broker> Connect(Uri bus)
    {
        var (host, password) = (bus.AbsolutePath[1..], Guid.NewGuid().ToString("n"));
        var broker = new Broker(host, password);
        using var services = new HttpClient { BaseAddress = broker._http.BaseAddress };
        services.DefaultRequestHeaders.Authorization = Basic(Uri.UnescapeDataString(broker._amqp.UserInfo));
        (await services.PutAsJsonAsync($"api/users/{Administrator}", new { password, tags = "administrator" })).EnsureSuccessStatusCode();
        var everything = new
        {
            configure = ".*",
            write = ".*",
            read = ".*",
        };
        (await services.PutAsJsonAsync($"api/permissions/{host}/{Administrator}", everything)).EnsureSuccessStatusCode();
        return broker;
    }

    private static AuthenticationHeaderValue Basic(string credentials) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));

    private string Services => Uri.UnescapeDataString(_amqp.UserInfo.Split(':')[0]);

    /// <summary>Closes the services' connections.</summary>
    public async Task CloseConnections()
    {
        foreach (var connection in (await Get($"api/vhosts/{_host}/connections")).EnumerateArray())
        {
            if (connection.Text("user") == Services)
                await Delete($"api/connections/{Uri.EscapeDataString(connection.Text("name")!)}");
        }
    }

    /// <summary>Changes the services' password, so that the broker refuses theirs.</summary>
    public Task RefusePassword() => SetPassword(Guid.NewGuid().ToString("n"));

    public Task AcceptPassword() => SetPassword(Uri.UnescapeDataString(_amqp.UserInfo.Split(':')[1]));

    public Task Purge(string queue) => Delete($"api/queues/{_host}/{queue}/contents");

    public Task DeleteQueue(string queue) => Delete($"api/queues/{_host}/{queue}");

    public Task DeleteExchange(string exchange) => Delete($"api/exchanges/{_host}/{exchange}");

    /// <summary>Deletes one of the bindings of an exchange to a queue.</summary>
    public async Task DeleteBinding(string exchange, string queue, int which)
    {
        var path = $"api/bindings/{_host}/e/{exchange}/q/{queue}";
        var keys = (await Get(path)).EnumerateArray().Select(x => x.Text("properties_key")!).Order(StringComparer.Ordinal).ToList();
        if (keys.Count > 0) // otherwise an earlier fault has deleted them
            await Delete($"{path}/{Uri.EscapeDataString(keys[which % keys.Count])}");
    }

    /// <summary>Waits until an exchange is bound to a queue again.</summary>
    /// <returns>Whether it was, before the time was up.</returns>
    public async Task<bool> IsBound(string exchange, string queue, TimeSpan patience)
    {
        try
        {
            await Eventually.Get(() => Get($"api/bindings/{_host}/e/{exchange}/q/{queue}"), x => x.GetArrayLength() > 0, patience);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await AcceptPassword();
        await Delete($"api/users/{Administrator}");
        _http.Dispose();
    }

    private async Task SetPassword(string password)
    {
        var tags = string.Join(',', (await Get($"api/users/{Services}")).Texts("tags"));
        await Repeat(async () =>
        {
            using var response = await _http.PutAsJsonAsync($"api/users/{Services}", new { password, tags });
            return response.IsSuccessStatusCode;
        });
    }

    private async Task<JsonElement> Get(string path)
    {
        JsonElement? got = null;
        await Repeat(async () =>
        {
            using var response = await _http.GetAsync(new Uri(path, UriKind.Relative));
            var text = await response.Content.ReadAsStringAsync();
            got = response.IsSuccessStatusCode ? JsonDocument.Parse(text).RootElement : null;
            return got is not null || response.StatusCode == System.Net.HttpStatusCode.NotFound;
        });
        return got ?? JsonDocument.Parse("[]").RootElement;
    }

    // What is not there needs no deletion.
    private Task Delete(string path) =>
        Repeat(async () =>
        {
            using var response = await _http.DeleteAsync(new Uri(path, UriKind.Relative));
            return response.IsSuccessStatusCode || response.StatusCode == System.Net.HttpStatusCode.NotFound;
        });

    // After its start the broker answers management a little later than AMQP.
    private static Task Repeat(Func<Task<bool>> request) =>
        Eventually.Holds(request, TimeSpan.FromSeconds(60), "the management API answers");
}
