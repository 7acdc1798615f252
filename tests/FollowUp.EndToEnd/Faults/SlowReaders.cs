using FollowUp.EndToEnd.Bus;

namespace FollowUp.EndToEnd.Faults;

/// <summary>A client that reads the feed too slowly delays no other client, and misses no event.</summary>
public sealed class Slow_readers : StoryOfItsOwn
{
    private const int Readers = 20,
        History = 1500; // some 5 MB, more than the network buffers hold: the service has to wait for the readers

    [Fact]
    public async Task They_delay_no_other_reader_and_miss_nothing()
    {
        var service = Pair.Applications[0];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, History),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken },
            async (_, _) => await Submit()
        );

        var slow = await Task.WhenAll(
            Enumerable.Range(0, Readers).Select(_ => EventStream.Open(service.Address, Team.Key, isNarrow: true))
        );
        var seen = await Task.WhenAll(slow.Select(x => x.Next())); // the slow readers read nothing from here on
        await using var quick = await EventStream.Open(service.Address, Team.Key, "?after=latest");
        await quick.Block();
        for (var i = 0; i < 50; i++)
        {
            var application = await Submit();
            Assert.Equal(application.ToString(), (await quick.Next(TimeSpan.FromSeconds(10))).Subject);
        }

        foreach (var reader in slow.Skip(2))
            await reader.DisposeAsync();
        var all = (await Feed.All(Team.Applications, "limit=1000")).Select(x => x.Text("id")!).ToList();
        Assert.Equal(History + 50, all.Count);
        for (var i = 0; i < 2; i++)
            Assert.Equal(all, await ReadOn(slow[i], seen[i]));

        // A reader whose connection was cut resumes, as any client of such streams does.
        async Task<IReadOnlyList<string>> ReadOn(EventStream stream, Sent first)
        {
            var ids = new List<string> { first.Json.Text("id")! };
            while (ids.Count < all.Count)
            {
                try
                {
                    ids.Add((await stream.Next()).Json.Text("id")!);
                }
                catch (Exception e) when (e is IOException or HttpRequestException or InvalidOperationException)
                {
                    var position = stream.Position;
                    await stream.DisposeAsync();
                    stream = await EventStream.Open(service.Address, Team.Key, "", position);
                }
            }

            await stream.DisposeAsync();
            return ids;
        }
    }

    /// <summary>Submits an application with a large event, of some 3 KB.</summary>
    private async Task<Guid> Submit()
    {
        var id = Guid.NewGuid();
        var posting = new
        {
            title = "Clerk",
            url = "https://example.org/" + new string('x', 1900),
            instructions = new { noPhoneCalls = true },
        };
        (
            await Team.Applications.Put(
                $"/applications/{id}",
                new
                {
                    candidate = Team.NewCandidate(),
                    employer = new { name = "Acme" },
                    posting,
                }
            )
        ).Expect(201);
        return id;
    }
}
