namespace FollowUp.Applications.Pages.Digest;

internal static class DigestSetup
{
    public static void AddDigest(this WebApplicationBuilder builder) =>
        builder
            .Services.AddSingleton(new Mailer(SmtpSettings.Of(builder.Configuration)))
            .AddSingleton<DigestUnsubscribe>()
            .AddHostedService<DigestSender>();
}
