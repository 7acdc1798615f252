using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace FollowUp.Specs.Edges;

/// <summary>Entity tags as RFC 9110 compares them, and moments that can't be read.</summary>
public sealed class EntityTagSpecs
{
    [Theory]
    [InlineData("\"a\"", true)]
    [InlineData("W/\"a\"", true)]
    [InlineData("\"b\", W/\"a\"", true)]
    [InlineData("*", true)]
    [InlineData("\"b\"", false)]
    [InlineData("a", false)]
    [InlineData("", false)]
    public void What_a_client_has_is_known_by_any_of_its_entity_tags(string ifNoneMatch, bool isKnown) =>
        Assert.Equal(isKnown, EntityTags.IsKnown(ifNoneMatch, "\"a\""));

    [Theory]
    [InlineData("\"3\"", true)]
    [InlineData("\"2\", \"3\"", true)]
    [InlineData("\"2\",\"x,3\", \"3\"", true)]
    [InlineData("*", true)]
    [InlineData("\"3-0a1b\"", true)]
    [InlineData("\"30-a1b\"", false)]
    [InlineData("\"-3\"", false)]
    [InlineData("W/\"3-0a1b\"", false)]
    [InlineData("\"2\"", false)]
    [InlineData("W/\"3\"", false)]
    [InlineData("W/\"3\", \"2\"", false)]
    [InlineData("\"another\"", false)]
    public void A_write_is_made_on_any_version_that_the_header_lists_and_on_no_weak_one(string ifMatch, bool isAdmitted) =>
        Assert.Equal(isAdmitted, IfMatch.Read(ifMatch)!.Admits(3));

    [Fact]
    public void Several_headers_are_one_list() => Assert.True(IfMatch.Read(new(["\"2\"", "\"3\""]))!.Admits(3));

    [Fact]
    public void Without_the_header_any_version_will_do() => Assert.Null(IfMatch.Read(default));

    [Theory]
    [InlineData("3"), InlineData("garbage"), InlineData("\"3"), InlineData("\"2\", three")]
    public void What_is_no_entity_tag_is_refused(string header) =>
        Assert.Equal("badIfMatch", Assert.Throws<RefusedException>(() => IfMatch.Read(header)).Code);

    [Theory]
    [InlineData("""{ "reason": "rejected", "at": "soon" }""", "at: It must be an instant with an offset, as 2026-11-20T16:05:00-05:00.")]
    [InlineData(
        """{ "reason": "rejected", "at": "2026-11-20T16:05:00" }""",
        "at: It must be an instant with an offset, as 2026-11-20T16:05:00-05:00."
    )]
    [InlineData("""{ "reason": "rejected", "at": 7 }""", "at: It must be an instant with an offset, as 2026-11-20T16:05:00-05:00.")]
    public void An_instant_that_cannot_be_read_is_refused_with_its_form(string json, string sentence) =>
        Assert.Equal(sentence, Refusal<CloseApplication>(json).Message);

    [Fact]
    public void A_date_that_cannot_be_read_is_refused_with_its_form()
    {
        var refused = Refusal<RecordResponse>("""{ "promisedNextStepOn": "1.12.2026" }""");
        Assert.Equal("It must be a date, as 2026-11-20.", Assert.Single(refused.Errors!["promisedNextStepOn"]).ToString());
        Assert.Equal(refused.Message, refused.ToContract().Detail);
    }

    [Fact]
    public void A_moment_in_a_query_is_refused_with_its_form() =>
        Assert.Equal(
            "It must be an instant with an offset, as 2026-11-20T16:05:00-05:00.",
            Problems
                .Explain(new BadHttpRequestException("Failed to bind parameter \"Nullable<DateTimeOffset> asOf\" from \"noon\"."))
                .Errors!["asOf"]
                .Single()
                .ToString()
        );

    private static RefusedException Refusal<T>(string json) =>
        Problems.Explain(Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<T>(json, Json.Strict)));
}
