using FollowUp.Applications;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Commands;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using static FollowUp.Specs.Domain.Applications;
using InterviewCancelled = FollowUp.Applications.InterviewCancelled;
using InterviewRescheduled = FollowUp.Applications.InterviewRescheduled;
using InterviewScheduled = FollowUp.Applications.InterviewScheduled;

namespace FollowUp.Specs.Domain;

/// <summary>How FollowUp knows an employer's region, the basis of a date, and which contacts are the same person.</summary>
public sealed class BasisSpecs
{
    // Region

    [Fact]
    public void A_region_says_the_country_too() =>
        Application
            .When(Decided(Submit with { Employer = new("Acme", Region: "DE-BY") }))
            .And(x => Assert.Equal(("DE", "DE-BY"), (x.Employer.Country, x.Employer.Region)));

    [Fact]
    public void A_region_is_amended_within_its_country()
    {
        Application
            .Given(Applied)
            .When(Amend("""{ "employer": { "region": "DE-BY" } }"""))
            .And(x => Assert.Equal(("DE", "DE-BY"), (x.Employer.Country, x.Employer.Region)))
            .When(Amend("""{ "employer": { "region": null } }"""))
            .And(x => Assert.Equal(("DE", null), (x.Employer.Country, x.Employer.Region)))
            .When(Amend("""{ "employer": { "country": "AT", "region": "AT-9" } }"""))
            .And(x => Assert.Equal(("AT", "AT-9"), (x.Employer.Country, x.Employer.Region)))
            .When(Amend("""{ "employer": { "country": "DE" } }"""))
            .ThenRefused("badInput");
        Application.Given(Applied).When(Amend("""{ "employer": { "region": "AT-9" } }""")).ThenRefused("badInput");
    }

    [Theory]
    [InlineData("DE-BY", true), InlineData("AT-9", true), InlineData("GB-ENG", true), InlineData("FR-75C", true)]
    [
        InlineData("DE", false),
        InlineData("DE-", false),
        InlineData("DE-BAYR", false),
        InlineData("de-by", false),
        InlineData("DEBY", false),
        InlineData("D1-BY", false),
        InlineData("DE-ÄB", false),
        InlineData("", false)
    ]
    public void A_region_is_an_ISO_3166_2_code(string region, bool isGood)
    {
        var checks = new InputChecks();
        new Employer("Acme", Region: region).Check(checks, "employer");
        var refused = Record.Exception(checks.Refuse) as RefusedException;
        Assert.Equal(isGood, refused is null);
        if (refused is not null)
            Assert.Equal(["employer.region"], refused.Errors!.Keys);
    }

    // Basis of a date

    [Fact]
    public void A_submission_is_measured_declared_or_inferred()
    {
        Application.When(Decided(Submit)).Then(Applied with { AtBasis = Basis.Measured });
        Application.When(Decided(Submit with { SubmittedAt = Then }, now: Now)).Then(Applied with { AtBasis = Basis.Declared });
        Application
            .When(x => x.Decide(Submit, [.. Submit.Contacts!.Select(y => Person.Of(Roe, y))], Then, undated: Basis.Inferred))
            .Then(Applied with { AtBasis = Basis.Inferred });
        // An event from before FollowUp recorded the basis counts as the same submission.
        Application.Given(Applied with { AtBasis = null }).When(Decided(Submit)).Then();
    }

    [Fact]
    public void The_end_of_an_interview_is_inferred_unless_it_is_declared()
    {
        var end = Start(10).AddHours(2);
        Application
            .Given(Applied)
            .When(Schedule(10))
            .Then(new InterviewScheduled(1, 2, Start(10), Start(10).AddHours(1), null, Now, Basis.Inferred));
        Application
            .Given(Applied)
            .When(x => x.Decide(new ScheduleInterview(Start(10), end), Now))
            .Then(new InterviewScheduled(1, 2, Start(10), end, null, Now, Basis.Declared))
            .When(x => x.Decide(new RescheduleInterview(1, Start(10), end.AddHours(1)), Now))
            .Then(new InterviewRescheduled(1, 2, Start(10), end.AddHours(1), Now, Basis.Declared))
            .When(x => x.Decide(new CancelInterview(1, Now), Then))
            .Then(new InterviewCancelled(1, 2, Now, Basis.Declared));
    }

    // Identity of a contact

    public static TheoryData<NewContact, NewContact> Same =>
        new()
        {
            { new(Email: "Roe@Example.org"), new("R. Roe", Email: "roe@example.ORG") },
            // The e-mail address takes precedence over the phone number.
            { new(Email: "roe@example.org", Phone: "+49 30 12345"), new(Email: "roe@example.org", Phone: "+49 30 54321") },
            { new(Phone: "+49 (30) 12345"), new(Phone: "49-30-12345") },
            { new(Phone: "+49 30 12345", Profile: "https://example.org/in/roe"), new(Phone: "+493012345") },
            { new(Profile: "https://Example.org/in/roe/"), new(Profile: "http://example.org/in/roe") },
        };

    [Theory, MemberData(nameof(Same))]
    public void Contacts_with_the_same_address_are_the_same_person_in_one_team(NewContact one, NewContact other)
    {
        Assert.NotNull(ContactIdentity.Of("t1", one));
        Assert.Equal(ContactIdentity.Of("t1", one), ContactIdentity.Of("t1", other));
        Assert.NotEqual(ContactIdentity.Of("t1", one), ContactIdentity.Of("t2", one));
    }

    public static TheoryData<NewContact, NewContact> Others =>
        new()
        {
            { new(Email: "roe@example.org"), new(Email: "roe@example.com") },
            { new(Phone: "+49 30 12345"), new(Phone: "+49 30 12346") },
            { new(Profile: "https://example.org/in/roe"), new(Profile: "https://example.org/in/doe") },
            { new(Email: "roe@example.org"), new(Phone: "+49 30 12345") },
        };

    [Theory, MemberData(nameof(Others))]
    public void Contacts_with_other_addresses_are_different_people(NewContact one, NewContact other) =>
        Assert.NotEqual(ContactIdentity.Of("t1", one), ContactIdentity.Of("t1", other));

    public static TheoryData<NewContact> Unidentified =>
        [new NewContact("R. Roe"), new NewContact("R. Roe", Phone: "ask at the desk"), new NewContact("R. Roe", Phone: "ext. 12")];

    [Theory, MemberData(nameof(Unidentified))]
    public void A_name_or_an_extension_identifies_no_person(NewContact contact) => Assert.Null(ContactIdentity.Of("t1", contact));

    [Fact]
    public void An_identity_reveals_nothing_of_its_address() =>
        Assert.Matches(@"^[0-9a-f]{64}\z", ContactIdentity.Of("t1", new(Email: "roe@example.org")));
}
