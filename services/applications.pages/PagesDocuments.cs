using FollowUp.Applications.Candidates;
using FollowUp.Applications.Pages.Me;
using FollowUp.Applications.Pages.SigningIn;
using FollowUp.Platform.EventStore;
using Marten;

namespace FollowUp.Applications.Pages;

/// <summary>The documents of the pages: sessions, the keys of data protection, personal settings.</summary>
internal sealed class PagesDocuments : IConfigureMarten, IPersonalData
{
    public void Configure(IServiceProvider services, StoreOptions options)
    {
        // A sign-in names no team yet, and the keys of data protection belong to no team.
        options.Schema.For<Session>().SingleTenanted().UseOptimisticConcurrency(true);
        options.RegisterDocumentType<ProtectionKey>();
        options.Schema.For<ProtectionKey>().SingleTenanted();
        options.Column<Session>(nameof(Session.Team)).Column<Session>(nameof(Session.Who)).Index<Session>("team", "who");
        // The person at /me and the digest may write at the same time.
        options.Schema.For<PersonalSettings>().SingleTenanted().UseOptimisticConcurrency(true);
        options
            .Column<PersonalSettings>(nameof(PersonalSettings.NextDigestAt), "timestamptz")
            .IndexWhere<PersonalSettings>("next_digest_at is not null", "next_digest_at");
    }

    public void Erase(IDocumentSession session, string team, string candidate)
    {
        session.DeleteWhere<Session>(x => x.Team == team && x.Candidate == candidate);
        session.DeleteWhere<PersonalSettings>(x => x.Team == team && x.Candidate == candidate);
    }
}
