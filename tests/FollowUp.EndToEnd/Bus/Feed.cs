using System.Text.Json;

namespace FollowUp.EndToEnd.Bus;

/// <summary>Who joins late, or lost a queue, reads history over HTTP: the same events, in order, and nothing falls between.</summary>
public sealed class Feed(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task History_is_the_same_events_as_on_the_exchange_in_order()
    {
        var team = await Pair.Team("feed");
        var applications = new List<Application>();
        for (var i = 0; i < 5; i++)
        {
            var application = await team.Submit();
            (await application.SendCoverLetter()).Expect(201);
            (await application.RecordFollowUp()).Expect(201);
            applications.Add(application);
        }

        var history = await All(team, 4);

        foreach (var application in applications)
        {
            await Wire.Hears(application.Id, "application.follow-up-made");
            var live = Wire.About(application.Id).Where(x => x.Source == "/followup/applications").ToList();
            var read = history.Where(x => x.Text("subject") == application.Id.ToString() && x.Text("source") == "/followup/applications").ToList();
            Assert.Equal(live.Select(x => x.Id), read.Select(x => x.Text("id")));
            Assert.Equal(live.Select(x => x.Type), read.Select(x => x.Text("type")));
            Assert.Equal(live.Select(x => x.Data.GetRawText()), read.Select(x => x.GetProperty("data").GetRawText()));
            Assert.Equal(["1", "2", "3"], read.Select(x => x.Text("sequence")));
        }

        Assert.All(history, x => Assert.Equal("feed", x.Text("team")));
    }

    [Fact]
    public async Task It_can_be_followed_live()
    {
        var team = await Pair.Team("feed-live");
        var first = await team.Submit();
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Pair.Applications[0].Address, "/events"));
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + team.Key);
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var deadline = new CancellationTokenSource(Eventually.Patience);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(deadline.Token));

        Assert.Equal(first.Id.ToString(), (await Next()).Text("subject"));
        var second = await team.Submit();
        Assert.Equal(second.Id.ToString(), (await Next()).Text("subject"));

        async Task<JsonElement> Next()
        {
            while (await reader.ReadLineAsync(deadline.Token) is { } line)
            {
                if (line.StartsWith("data:", StringComparison.Ordinal))
                    return JsonDocument.Parse(line["data:".Length..]).RootElement;
            }

            throw new InvalidOperationException("The stream ended.");
        }
    }

    private static async Task<List<JsonElement>> All(Team team, int limit)
    {
        var all = new List<JsonElement>();
        string? after = null;
        while (true)
        {
            var answer = (await team.Applications.Get($"/events?limit={limit}" + (after is null ? "" : $"&after={Uri.EscapeDataString(after)}"))).Expect(200);
            Assert.Equal("application/cloudevents-batch+json", answer.MediaType);
            var page = answer.Json.EnumerateArray().ToList();
            if (page.Count == 0)
                return all;
            all.AddRange(page);
            after = answer.Next ?? throw new InvalidOperationException("A page that isn't empty must say where the next one starts: " + answer);
        }
    }
}
