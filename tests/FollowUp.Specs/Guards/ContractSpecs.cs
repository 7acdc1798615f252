using System.Text.Json;
using System.Text.RegularExpressions;
using FollowUp.Contracts;
using FollowUp.Platform.Outbox;
using FollowUp.Specs.Domain;

namespace FollowUp.Specs.Guards;

public sealed partial class ContractSpecs
{
    private static readonly Dictionary<Type, string> Events = Catalogue.ApplicationEvents.Concat(Catalogue.SchedulerEvents).ToDictionary();

    [Fact]
    public void Every_contract_is_published_for_exactly_one_event() =>
        Assert.Equal(
            Events.Keys.Select(x => x.Name).Order(),
            Samples.Contracts.Where(x => x is not SiblingMessage).Select(x => x.GetType().Name).Order()
        );

    [Fact]
    public void Each_service_announces_its_own()
    {
        Assert.All(
            Samples.OfApplications.Select(Samples.Announced).Where(x => x is not SiblingMessage),
            x => Assert.Contains(x!.GetType(), Catalogue.ApplicationEvents.Keys)
        );
        Assert.All(Samples.OfScheduler.Select(Samples.Announced), x => Assert.Contains(x!.GetType(), Catalogue.SchedulerEvents.Keys));
    }

    private static readonly string[] OfAnswers =
    [
        nameof(FollowUpClaimed.Early),
        nameof(FollowUpClaimed.Channels),
        nameof(FollowUpClaimed.Contact),
    ];

    [Fact]
    public void Every_message_is_read_as_it_was_written()
    {
        Assert.Equal(Catalogue.SchedulerCommands.Keys.Select(x => x.Name).Order(), Samples.Commands.Select(x => x.GetType().Name).Order());
        foreach (var message in Samples.Contracts.Where(x => x is not SiblingMessage).Concat(Samples.Commands))
        {
            var json = Samples.Text(message);
            Assert.Equal(json, Samples.Text(JsonSerializer.Deserialize(json, message.GetType(), Json.Lenient)!));
            // Early, channels and contact of a grant are in the answer to the claimer only.
            foreach (
                var property in message.GetType().GetProperties().Where(x => message is not FollowUpClaimed || !OfAnswers.Contains(x.Name))
            )
                Assert.Contains($"\"{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}\":", json, StringComparison.Ordinal);
            Assert.Equal(
                json,
                Samples.Text(
                    Catalogue.Open(
                        new()
                        {
                            Id = "1",
                            Source = "s",
                            Type = Catalogue.NameOf(message.GetType()),
                            Data = JsonSerializer.SerializeToElement(message, message.GetType(), Json.Lenient),
                        }
                    )!
                )
            );
        }
    }

    [Fact]
    public void Every_instant_that_leaves_is_in_UTC() =>
        Assert.All(
            Samples.Contracts.Where(x => x is not SiblingMessage),
            x => Assert.DoesNotContain("+02:00", Samples.Text(x), StringComparison.Ordinal)
        );

    [Fact]
    public void Every_event_is_about_its_application() =>
        Assert.All(
            Samples.Contracts,
            x =>
            {
                if (x is IApplicationEvent happened)
                    Assert.Equal(Slots.Subject, happened.Application);
                if (x is ISlotEvent slot)
                    Assert.Equal((Slots.Subject, 1), (slot.Application, slot.Stage));
            }
        );

    [Fact]
    public void Every_name_is_followup_noun_verb_v1_and_stands_for_one_record()
    {
        foreach (
            var (type, name) in Events.Concat(Catalogue.ApplicationCommands).Concat(Catalogue.SchedulerCommands).Concat(Catalogue.Answers)
        )
        {
            Assert.Matches(Name(), name);
            Assert.Equal((type, name), (Catalogue.Find(name), Catalogue.NameOf(type)));
        }
        var names = Events
            .Values.Concat(Catalogue.ApplicationCommands.Values)
            .Concat(Catalogue.SchedulerCommands.Values)
            .Concat(Catalogue.Answers.Values)
            .ToArray();
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Null(Catalogue.Find("followup.application.submitted.v2"));
        Assert.Throws<ArgumentException>(() => Catalogue.NameOf(typeof(string)));
    }

    [Fact]
    public void A_routing_key_is_the_team_and_the_topic_of_three_words()
    {
        foreach (var name in Events.Values)
        {
            var key = Catalogue.RoutingKey("t1", name);
            Assert.Equal(["t1", .. name.Split('.')[1..3]], key.Split('.'));
        }
        Assert.Equal("*.application.submitted", Catalogue.RoutingKey("*", "followup.application.submitted.v1"));
    }

    [Theory]
    [
        InlineData("followup.follow-up.claim-refused.v1", "follow-up.claim-refused"),
        InlineData("followup.follow-up.planned.v12", "follow-up.planned")
    ]
    [InlineData("followup.a.b", "a.b"), InlineData("other.a.b.v1", "other.a.b"), InlineData("x", "x"), InlineData("", "")]
    public void A_topic_is_the_name_without_its_ends(string name, string topic) => Assert.Equal(topic, Catalogue.Topic(name));

    [Fact]
    public void Every_record_of_the_contracts_that_says_it_is_a_message_stands_in_the_catalogue() =>
        Assert.Equal(
            typeof(Catalogue)
                .Assembly.GetExportedTypes()
                .Where(x => x.IsClass && (x.IsAssignableTo(typeof(IApplicationEvent)) || x.IsAssignableTo(typeof(ISlotEvent))))
                .Append(typeof(CandidateErased))
                .Append(typeof(PolicyChanged))
                .Select(x => x.Name)
                .Order(),
            Events.Keys.Select(x => x.Name).Order()
        );

    [GeneratedRegex(
        @"^followup\.[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*\.v1\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Name();
}
