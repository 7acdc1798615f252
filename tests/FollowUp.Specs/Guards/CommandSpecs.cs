using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using FollowUp.Applications.Commands;
using FollowUp.Contracts;
using Public = FollowUp.Contracts.Commands;

namespace FollowUp.Specs.Guards;

/// <summary>
/// A command over the bus is the body of the HTTP route and what stands in its path: neither way takes what the other refuses.
/// </summary>
public sealed class CommandSpecs
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);
    private static readonly Guid Id = Guid.Parse("0195a4c2-6b1f-7e4a-9d3c-5a8f1e2b4c6d");

    /// <summary>One of each, with every field filled in, and the body that the route takes.</summary>
    private static readonly Dictionary<object, Type> Bodies = new()
    {
        [
            new Public.SubmitApplication(
                "c-1",
                new("Acme", HiringProcess.OwnerRun, "Europe/Berlin", "DE", "DE-BY"),
                new("Clerk", "https://example.org/1", new(2026, 12, 1), new(true, true, SubmitBy.Embed)),
                Approach.Referral,
                [new("R. Roe", ContactRole.Owner, "roe@example.org", "+49 30 1", "https://example.org/roe")],
                At
            )
        ] = typeof(SubmitApplication),
        [new Public.SendCoverLetter(new(2026, 3, 9), At)] = typeof(SendCoverLetter),
        [new Public.RecordContact("R. Roe", ContactRole.Owner, "roe@example.org", "+49 30 1", "https://example.org/roe", At)] =
            typeof(RecordContact),
        [new Public.RecordResponse(new(2026, 3, 9), At)] = typeof(RecordResponse),
        [new Public.ScheduleInterview(At.AddDays(1), At.AddDays(1).AddHours(2), Id, At)] = typeof(ScheduleInterview),
        [new Public.RescheduleInterview(2, At.AddDays(1), At.AddDays(1).AddHours(2), At)] = typeof(RescheduleInterview),
        [new Public.CancelInterview(2, At)] = typeof(CancelInterview),
        [new Public.RecordFollowUp(Channel.Phone, "ana", 1, At, Id, "a note")] = typeof(RecordFollowUp),
        [new Public.CloseApplication(ClosingReason.Withdrawn, At)] = typeof(CloseApplication),
        [new Public.ReopenApplication(At)] = typeof(ReopenApplication),
    };

    [Fact]
    public void Every_command_of_the_bus_is_one_of_http_s() =>
        Assert.Equal(
            Catalogue.ApplicationCommands.Keys.Select(x => x.Name).Order(),
            Bodies.Keys.Select(x => x.GetType().Name).Append(nameof(AmendApplication)).Order()
        );

    [Fact]
    public void Its_data_is_the_body_of_the_route_and_what_is_in_the_path()
    {
        foreach (var (command, body) in Bodies)
        {
            var (data, taken) = (Schema(command.GetType()), Schema(body));
            if (command is Public.RescheduleInterview) // the path has it
            {
                Assert.True(data["properties"]!.AsObject().Remove("interview"));
                Assert.True(data["required"]!.AsArray().RemoveAll(x => x!.GetValue<string>() == "interview") == 1);
            }
            Assert.True(JsonNode.DeepEquals(data, taken), $"{command.GetType().Name}\n{data}\n{taken}");
        }
    }

    [Fact]
    public void Nothing_that_is_said_is_lost_on_the_way_in()
    {
        foreach (var (command, body) in Bodies)
        {
            var data = JsonSerializer.SerializeToElement(command, command.GetType(), Json.Strict);
            var inner = BusCommandHandler.From(
                command,
                new CloudEvent
                {
                    Id = "1",
                    Source = "s",
                    Type = "t",
                    Data = data,
                }
            );
            Assert.IsType(body, inner);
            var kept = JsonSerializer.SerializeToNode(inner, body, Json.Strict)!.AsObject();
            if (inner is RescheduleInterview moved)
                kept["interview"] = moved.Interview;
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(data.GetRawText()), kept), $"{data}\n{kept}");
        }
    }

    [Fact]
    public void An_amendment_goes_on_as_it_was_written()
    {
        var patch = JsonDocument.Parse("""{"employer":{"country":null},"approach":"referral"}""").RootElement;
        var inner = BusCommandHandler.From(
            patch.Deserialize<Public.AmendApplication>(Json.Strict)!,
            new CloudEvent
            {
                Id = "1",
                Source = "s",
                Type = "t",
                Data = patch,
            }
        );
        Assert.Equal(patch.GetRawText(), Assert.IsType<AmendApplication>(inner).Patch.GetRawText());
    }

    private static JsonObject Schema(Type type) => Json.Strict.GetJsonSchemaAsNode(type).AsObject();
}
