using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FollowUp.Applications.Pages;
using FollowUp.Applications.Pages.Settings.Policy;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Scheduler.Planning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace FollowUp.Specs.Pages;

/// <summary>
/// The policy as a form and in sentences, compared with the Scheduler's own record, so that a new property of the record can't be missing
/// from either.
/// </summary>
public sealed class PolicyPageSpecs : IDisposable
{
    private static readonly Policy Full = Policy.Default with
    {
        OwnerRun = new()
        {
            Wait = 1,
            Window = 0,
            Channels = [Channel.InPerson, Channel.Letter],
        },
        Outsourced = Policy.Default.Outsourced with { Withhold = true },
        MostPerEmployerAWeek = 3,
        RequireContact = true,
        ContactSpacing = new() { Days = 2, Refuse = true },
        DaysOff = [new(new(2026, 12, 24), new(2027, 1, 1), "Christmas"), new(new(2026, 5, 2))],
        QuietDates = [new(new(2026, 8, 10), null, "Stocktaking")],
        WorkingDays = [DayOfWeek.Sunday, DayOfWeek.Monday],
        Holidays = new Dictionary<string, System.Collections.Immutable.ImmutableList<Holiday>>
        {
            ["DE-BY"] = [new(new(2026, 1, 6), "Heilige Drei Könige")],
        },
    };

    private readonly ServiceProvider _services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
    private readonly CultureInfo _culture = CultureInfo.CurrentCulture,
        _language = CultureInfo.CurrentUICulture;

    public void Dispose()
    {
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (_culture, _language);
        _services.Dispose();
    }

    [Fact]
    public void An_unchanged_form_makes_the_same_policy()
    {
        foreach (var policy in new[] { Policy.Default, Full })
        {
            var checks = new InputChecks();
            Assert.True(PolicyFields.IsSame(Json(policy), PolicyFields.ToPolicy(PolicyFields.Of(Json(policy)), Json(policy), checks)));
            checks.Refuse();
        }
    }

    [Fact]
    public void The_form_alone_makes_all_of_a_policy_but_its_lists_of_holidays()
    {
        var made = PolicyFields.ToPolicy(PolicyFields.Of(Json(Full)), null, new());
        made["holidays"] = Json(Full)["holidays"]!.DeepClone();
        Assert.True(PolicyFields.IsSame(Json(Full), made), made.ToJsonString());
    }

    [Fact]
    public void An_invalid_value_is_reported_by_field_and_kept()
    {
        var fields = new Dictionary<string, string>(PolicyFields.Of(Json(Full)), StringComparer.Ordinal)
        {
            ["ownerRun.wait"] = "soon",
            ["hours.from"] = "nine",
            ["daysOff[0].to"] = "Easter",
            ["unknown.channels[0]"] = "fax",
        };
        var checks = new InputChecks();
        var made = PolicyFields.ToPolicy(fields, Json(Full), checks);
        Assert.Equal(1, made["ownerRun"]!["wait"]!.GetValue<int>());
        Assert.Equal(
            ["daysOff[0].to", "hours.from", "ownerRun.wait", "unknown.channels"],
            Assert.Throws<RefusedException>(checks.Refuse).Errors!.Keys.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Another_policy_has_another_mark()
    {
        var mark = PolicyFields.Hash(PolicyFields.Of(Json(Full)));
        Assert.Equal(mark, PolicyFields.Hash(PolicyFields.Of(Json(Full))));
        Assert.NotEqual(mark, PolicyFields.Hash(PolicyFields.Of(Json(Full with { MostSnoozes = 7 }))));
    }

    [Theory]
    [InlineData("en-GB")]
    [InlineData("de-DE")]
    public void Every_rule_of_a_policy_has_a_sentence(string language)
    {
        var sentences = Sentences(language);
        var rules = sentences.Rules(Json(Full)).Select(x => x.Key).ToArray();
        Assert.Equal(
            Json(Full with { MostPerCandidateAWeek = 1 }).Select(x => x.Key).Where(x => x != "version").Order(StringComparer.Ordinal),
            rules.Order(StringComparer.Ordinal)
        );
        foreach (var policy in new[] { Policy.Default, Full })
        {
            Assert.All(
                sentences.Rules(Json(policy)),
                x =>
                {
                    Assert.NotEqual(x.Key, x.Title);
                    Assert.Matches(@"^\p{L}.*\.$|^\d.*\.$", x.Sentence);
                    Assert.DoesNotContain("{", x.Sentence, StringComparison.Ordinal);
                }
            );
        }
    }

    [Fact]
    public void The_situations_are_those_of_the_policy_in_its_order() =>
        Assert.Equal(Policy.Default.Rows.Select(x => x.Key), PolicySentences.Situations);

    [Fact]
    public void The_sentence_of_a_rule_has_its_numbers()
    {
        var english = Sentences("en-GB");
        Assert.Equal(
            "An owner who hires is asked 4 business days after the submission, then within 10, by phone, in person or by e-mail.",
            english.Sentence(Json(Policy.Default), "ownerRun")
        );
        Assert.Equal(
            "An owner who hires is asked 1 business day after the submission, on that day only, in person or by letter.",
            english.Sentence(Json(Full), "ownerRun")
        );
        Assert.Equal(
            "Nobody follows up here, unless somebody decides otherwise for one application.",
            english.Sentence(Json(Full), "outsourced")
        );
        Assert.Equal("Nobody works on: 24 Dec 2026 – 1 Jan 2027 (Christmas), 2 May 2026.", english.Sentence(Json(Full), "daysOff"));
        Assert.Equal("Business days are Monday and Sunday.", english.Sentence(Json(Full), "workingDays"));
        var german = Sentences("de-DE");
        Assert.Equal(
            "Stellt der Inhaber selbst ein, wird 4 Arbeitstage nach der Bewerbung nachgefragt, "
                + "dann binnen 10, telefonisch, persönlich oder per E-Mail.",
            german.Sentence(Json(Policy.Default), "ownerRun")
        );
        Assert.Equal("Eine eigene Liste haben: Deutschland (DE-BY) (1 Tag).", german.Sentence(Json(Full), "holidays"));
    }

    [Fact]
    public void The_changes_of_a_version_are_its_differences_rule_by_rule()
    {
        var changes = Sentences("en-GB")
            .Changes(
                Json(Policy.Default),
                Json(
                    Policy.Default with
                    {
                        Version = 2,
                        MostSnoozes = 3,
                        Hours = new() { From = new(10, 0) },
                    }
                )
            );
        Assert.Equal(["Putting off", "Hours"], changes.Select(x => x.Title));
        Assert.Equal(("A follow-up can be put off once.", "A follow-up can be put off 3 times."), (changes[0].Before, changes[0].After));
    }

    private static JsonObject Json(Policy policy) => JsonSerializer.SerializeToNode(policy, FollowUp.Contracts.Json.Lenient)!.AsObject();

    private PolicySentences Sentences(string language)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        var words = _services.GetRequiredService<IStringLocalizer<Words>>();
        return new(words, new Terms(words));
    }
}
