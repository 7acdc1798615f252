using FollowUp.Applications.ApiKeys;
using FollowUp.Applications.Integrations;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FollowUp.Applications.Pages.Settings.Keys;

/// <summary>A result that is shown once: a new secret, or the commands that the broker's operator must run.</summary>
/// <param name="Key">A new key.</param>
/// <param name="Integration">A new integration.</param>
/// <param name="Revoked">A revoked integration whose broker user the operator must remove.</param>
public sealed record OneTimeResult(
    KeyRoutes.MadeKey? Key = null,
    IntegrationRoutes.MadeIntegration? Integration = null,
    IntegrationRoutes.RevokedIntegration? Revoked = null
);

/// <summary>The team's API keys and integrations. Only for the scope <c>admin</c>.</summary>
internal static class KeysRoutes
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.Page("/settings/keys", (Reader reader, string? done, HttpContext http) => Show(reader, http, done: done), Scopes.Admin);

        app.Form(
            "/settings/keys",
            async Task<IResult> (Reader reader, Form form, ApiKeyService keys, HttpContext http, CancellationToken ct) =>
            {
                try
                {
                    var request = KeyRequest(form);
                    request.Check();
                    var (secret, key) = await keys.Make(
                        reader.Team,
                        request.Name.Trim(),
                        request.Granted,
                        reader.Person,
                        candidate: request.Candidate,
                        attempt: form.Id("attempt") ?? Guid.NewGuid(),
                        ct: ct
                    );
                    return await Show(reader, http, new(Key: new(key.Id, key.Team, key.Name, key.Scopes, key.Candidate, secret)));
                }
                catch (RefusedException refused)
                {
                    return await Show(reader, http, key: form.ToEntered(refused));
                }
            },
            Scopes.Admin
        );

        app.Form(
            "/settings/keys/{id}/revoke",
            async Task<IResult> (string id, Reader reader, ApiKeyService keys, HttpContext http, CancellationToken ct) =>
            {
                try
                {
                    await keys.Revoke(reader.Team, id, reader.Person, ct);
                    return TypedResults.Redirect("/settings/keys?done=revoked");
                }
                catch (RefusedException refused)
                {
                    return await Show(reader, http, refused: refused);
                }
            },
            Scopes.Admin,
            page: "/settings/keys"
        );

        app.Form(
            "/settings/integrations",
            async Task<IResult> (
                Reader reader,
                Form form,
                IntegrationService integrations,
                BrokerUsers broker,
                HttpContext http,
                CancellationToken ct
            ) =>
            {
                try
                {
                    var request = new IntegrationRoutes.MakeIntegration(
                        form.Text("name") ?? "",
                        form.Flag("mayRead"),
                        form.Flag("mayCommand"),
                        form.Texts("events") is { Count: > 0 } chosen ? chosen : null
                    );
                    request.Check();
                    var (made, password) = await integrations.Make(reader.Team, request, reader.Person, ct);
                    return await Show(reader, http, new(Integration: IntegrationRoutes.MadeIntegration.Of(made, password, broker)));
                }
                catch (RefusedException refused)
                {
                    return await Show(reader, http, integration: form.ToEntered(refused));
                }
            },
            Scopes.Admin,
            page: "/settings/keys"
        );

        app.Form(
            "/settings/integrations/{name}/revoke",
            async Task<IResult> (
                string name,
                Reader reader,
                IntegrationService integrations,
                BrokerUsers broker,
                HttpContext http,
                CancellationToken ct
            ) =>
            {
                try
                {
                    var revoked = await integrations.Revoke(reader.Team, name, reader.Person, ct);
                    return broker.ToRemove(revoked) is { } run
                        ? await Show(reader, http, new(Revoked: new(revoked.Name, revoked.Id, revoked.RevokedAt!.Value, run)))
                        : TypedResults.Redirect("/settings/keys?done=removed#integrations");
                }
                catch (RefusedException refused)
                {
                    return await Show(reader, http, refused: refused);
                }
            },
            Scopes.Admin,
            page: "/settings/keys"
        );
    }

    private static KeyRoutes.MakeKey KeyRequest(Form form)
    {
        var (kind, candidate) = (form.Text("kind"), form.Text("candidate") ?? "");
        return kind switch
        {
            "admin" => new(form.Text("name") ?? "", [Scopes.Admin]),
            "coach" => new(form.Text("name") ?? ""),
            "viewer" => new(form.Text("name") ?? "", [Scopes.Read]),
            "program" => new(form.Text("name") ?? "", form.Texts("scopes")),
            "candidate" => new(form.Text("name") ?? (candidate.Length > 0 ? candidate : "candidate"), Candidate: candidate),
            _ => throw RefusedException.BadInput("kind", "It must be one of those offered."),
        };
    }

    private static async Task<IResult> Show(
        Reader reader,
        HttpContext http,
        OneTimeResult? result = null,
        Entered? key = null,
        Entered? integration = null,
        RefusedException? refused = null,
        string? done = null
    )
    {
        var services = http.RequestServices;
        return new RazorComponentResult<KeysPage>(
            new
            {
                Reader = reader,
                Keys = await services.GetRequiredService<ApiKeyService>().All(reader.Team, http.RequestAborted),
                Integrations = await services.GetRequiredService<IntegrationService>().All(reader.Team, http.RequestAborted),
                Result = result,
                KeyEntered = key,
                IntegrationEntered = integration,
                Refused = refused ?? key?.Refused ?? integration?.Refused,
                Done = done,
            }
        )
        {
            StatusCode = (refused ?? key?.Refused ?? integration?.Refused)?.HttpStatus() ?? 200,
        };
    }
}
