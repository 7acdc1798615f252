namespace FollowUp.EndToEnd.Http;

/// <summary>Contacts of several applications with the same address are the same person, which the events carry as an opaque id.</summary>
public sealed class Same_person(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task Two_candidates_have_the_same_recruiter_and_another_team_has_its_own()
    {
        var email = Fresh();
        var others = await Pair.Team("foreign");

        var one = await Team.Submit(contacts: [new { role = "recruiter", email }]);
        var two = await Team.Submit(
            contacts:
            [
                new
                {
                    name = "Q. Poe",
                    role = "owner",
                    phone = "+1 212 555 0100",
                },
            ]
        );
        (await two.RecordContact(email: email.ToUpperInvariant())).Expect(201);
        var foreign = await others.Submit(contacts: [new { role = "recruiter", email }]);

        var person = await InSubmission(one);
        Assert.NotNull(person);
        Assert.Equal(person, (await Wire.Hears(two.Id, "application.contact-recorded")).Data.Text("contact.person"));
        Assert.NotEqual(person, await InSubmission(two));
        Assert.NotEqual(person, await InSubmission(foreign));
        Assert.Equal(person, (await one.Detail()).Text("contacts.0.person"));
        // a name alone identifies no person
        Assert.Null(await InSubmission(await Team.Submit(contacts: [new { name = "Q. Poe", role = "owner" }])));
    }

    [Fact]
    public async Task An_address_that_many_record_at_the_same_moment_is_one_person()
    {
        for (var round = 0; round < 5; round++)
        {
            var email = Fresh();
            var applications = await Task.WhenAll(
                Enumerable
                    .Range(0, 12)
                    .Select(_ => Team.Submit(contacts: [new { role = "recruiter", email }, new { role = "owner", email = "o" + email }]))
            );

            var persons = new List<(string?, string?)>();
            foreach (var application in applications)
            {
                var submitted = (await Wire.Hears(application.Id, "application.submitted")).Data;
                persons.Add((submitted.Text("contacts.0.person"), submitted.Text("contacts.1.person")));
            }
            var (recruiter, owner) = Assert.Single(persons.Distinct());
            Assert.NotNull(recruiter);
            Assert.NotNull(owner);
            Assert.NotEqual(recruiter, owner);
        }
    }

    [Fact]
    public async Task A_repeated_or_retried_contact_keeps_its_identity()
    {
        var (email, id, key) = (Fresh(), Guid.NewGuid(), $"k-{Guid.NewGuid():n}");
        var body = Harness.Team.Body(Harness.Team.NewCandidate(), contacts: [new { role = "recruiter", email }]);
        (await Team.Applications.Put($"/applications/{id}", body)).Expect(201);
        (await Team.Applications.Put($"/applications/{id}", body)).Expect(200);
        var again = await Team.Applications.Post($"/applications/{id}/contacts", new { role = "owner", email }, key);
        Assert.Equal(
            again.Expect(201).Text,
            (await Team.Applications.Post($"/applications/{id}/contacts", new { role = "owner", email }, key)).Expect(201).Text
        );

        var contacts = (await Team.Of(id).Detail()).Items("contacts");
        Assert.Equal(2, contacts.Count);
        Assert.Single(contacts.Select(x => x.Text("person")).Distinct());
    }

    [Fact]
    public async Task An_address_is_forgotten_with_the_last_candidate_who_has_it()
    {
        var (email, first, second) = (Fresh(), Harness.Team.NewCandidate(), Harness.Team.NewCandidate());
        var one = await InSubmission(await Team.Submit(candidate: first, contacts: [new { role = "recruiter", email }]));
        await Team.Submit(candidate: second, contacts: [new { role = "recruiter", email }]);

        (await Team.Applications.Delete($"/candidates/{first}")).Expect(204);
        Assert.Equal(one, await InSubmission(await Team.Submit(candidate: second, contacts: [new { role = "recruiter", email }])));

        (await Team.Applications.Delete($"/candidates/{second}")).Expect(204);
        Assert.NotEqual(one, await InSubmission(await Team.Submit(contacts: [new { role = "recruiter", email }])));
    }

    private async Task<string?> InSubmission(Application application) =>
        (await Wire.Hears(application.Id, "application.submitted")).Data.Text("contacts.0.person");

    private static string Fresh() => $"r{Guid.NewGuid():n}@featherstonehaugh.example";
}
