using FollowUp.Applications.Candidates;
using FollowUp.Applications.Import;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace FollowUp.Applications.Pages.Import;

/// <summary>The import of a spreadsheet, in four steps: upload, preview, progress, report.</summary>
internal static class ImportRoutes
{
    // Larger than the limit, so that a slightly larger sheet is refused with a message beside the field.
    private const int MaxRequestBytes = ImportSheet.MostBytes + 4 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.Page(
            "/pipeline/import",
            (string? done, Reader reader, Imports imports, CancellationToken ct) => ShowStart(reader, imports, done, null, ct),
            Scopes.Record
        );

        app.Form(
                "/pipeline/import",
                async Task<IResult> (Reader reader, Form form, Imports imports, IStringLocalizer<Words> t, CancellationToken ct) =>
                {
                    try
                    {
                        var file = form.File("sheet") ?? throw RefusedException.BadInput("sheet", "Choose the sheet first.");
                        if (file.Length > ImportSheet.MostBytes)
                            throw RefusedException.BadInput("sheet", "The sheet has more than 10 MB. Send it in parts.");
                        var candidate = CandidateOf(form);
                        await using var content = file.OpenReadStream();
                        return TypedResults.Redirect(
                            $"/pipeline/import/{await imports.Put(reader.Caller, Path.GetFileName(file.FileName), candidate, content, ct)}"
                        );
                    }
                    catch (SheetRefusedException unreadable)
                    {
                        return await ShowStart(
                            reader,
                            imports,
                            null,
                            form.ToEntered(RefusedException.BadInput("sheet", SheetSentences.Of(unreadable, t))),
                            ct
                        );
                    }
                    catch (RefusedException refused)
                    {
                        return await ShowStart(reader, imports, null, form.ToEntered(refused), ct);
                    }
                }
            )
            .WithMetadata(new RequestSizeLimitAttribute(MaxRequestBytes));

        app.Page(
            "/pipeline/import/{id:guid}",
            async (
                Guid id,
                string? done,
                Reader reader,
                Imports imports,
                SheetPlans plans,
                IStringLocalizer<Words> t,
                CancellationToken ct
            ) => await ShowImport(await imports.Find(reader.Team, id, ct), reader, imports, plans, t, done, null, ct),
            Scopes.Record
        );

        app.Form(
            "/pipeline/import/{id:guid}",
            async Task<IResult> (
                Guid id,
                Reader reader,
                Form form,
                Imports imports,
                SheetPlans plans,
                IStringLocalizer<Words> t,
                CancellationToken ct
            ) =>
            {
                var run = await imports.Find(reader.Team, id, ct);
                try
                {
                    switch (form.Text("act"))
                    {
                        case "drop":
                            await imports.Drop(reader.Team, id, ct);
                            return TypedResults.Redirect("/pipeline/import?done=dropped");
                        case "again":
                            await imports.Start(reader.Caller, run, ct);
                            return TypedResults.Redirect($"/pipeline/import/{id}");
                    }
                    var sent = SheetForm.Sent(form, CandidateOf(form), run);
                    var fingerprint = SheetForm.Fingerprint(sent);
                    // The import uses what the page showed, and what was said of single rows on it: another person may have chosen
                    // something else since.
                    var isPreviewed =
                        fingerprint == form.Text("shown")
                        && (
                            run.State is not ImportState.Preview
                            || fingerprint == SheetForm.Fingerprint(SheetForm.Shown(run, await SheetPreview.Read(run, imports, t, ct)))
                        );
                    var chosen = SheetForm.Chosen(form, sent, run);
                    // What the page suggested for a sheet that can't be read yet is only chosen now.
                    if (!isPreviewed || form.Text("act") != "import" || !SheetForm.AreTheSameOfRows(chosen, run.Choices))
                    {
                        _ = ColumnMap.Of(sent.Map!);
                        run = await imports.Choose(reader.Team, id, chosen, ct);
                    }
                    if (form.Text("act") != "import" || !isPreviewed)
                        return TypedResults.Redirect(
                            $"/pipeline/import/{id}?done={(form.Text("act") == "import" ? "lookFirst" : "mapped")}"
                        );
                    await imports.Start(reader.Caller, run, ct);
                    return TypedResults.Redirect($"/pipeline/import/{id}");
                }
                catch (SheetRefusedException unreadable)
                {
                    return await ShowImport(
                        run,
                        reader,
                        imports,
                        plans,
                        t,
                        null,
                        form.ToEntered(RefusedException.BadInput("map", SheetSentences.Of(unreadable, t))),
                        ct
                    );
                }
                catch (RefusedException refused)
                {
                    return await ShowImport(run, reader, imports, plans, t, null, form.ToEntered(refused), ct);
                }
            }
        );

        app.Form(
            "/pipeline/import/{id:guid}/back",
            async (Guid id, Reader reader, Form form, Imports imports, CancellationToken ct) =>
            {
                await imports.TakeBack(reader.Caller, id, ct);
                return TypedResults.Redirect(form.ReturnAddress($"/pipeline/import/{id}"));
            },
            page: "/pipeline/import/{id}"
        );

        app.Page(
            "/pipeline/import/{id:guid}/report.csv",
            async (Guid id, Reader reader, Imports imports, IStringLocalizer<Words> t, CancellationToken ct) =>
            {
                var run = await imports.Find(reader.Team, id, ct);
                var report =
                    await imports.Report(run, ct)
                    ?? throw new RefusedException("unknownReport", "The report of an import is kept for a month, and this one is gone.");
                return TypedResults.Stream(
                    into => ReportCsv.Write(into, imports.Parts(run, report, ct), t),
                    "text/csv; charset=utf-8",
                    $"import-{id:N}.csv"
                );
            },
            Scopes.Record
        );
    }

    private static string? CandidateOf(Form form)
    {
        var candidate = form.Text("candidate");
        if (candidate is not null)
            CandidateRoutes.CheckReference(new(), candidate, "candidate").Refuse();
        return candidate;
    }

    private static async Task<RazorComponentResult<StartPage>> ShowStart(
        Reader reader,
        Imports imports,
        string? done,
        Entered? entered,
        CancellationToken ct
    ) =>
        new(
            new
            {
                Reader = reader,
                Runs = await imports.List(reader.Caller, ct),
                Done = done,
                Entered = entered,
            }
        )
        {
            StatusCode = entered?.Refused?.HttpStatus() ?? 200,
        };

    private static async Task<RazorComponentResult<ImportPage>> ShowImport(
        ImportRun run,
        Reader reader,
        Imports imports,
        SheetPlans plans,
        IStringLocalizer<Words> t,
        string? done,
        Entered? entered,
        CancellationToken ct
    ) =>
        new(
            new
            {
                Reader = reader,
                Run = run,
                Done = done,
                Entered = entered,
                Preview = run.State is ImportState.Preview
                    ? await plans.AddTo(await SheetPreview.Read(run, imports, t, ct), run, reader, ct)
                    : null,
                Report = run.State is ImportState.Done or ImportState.TakenBack ? await imports.Report(run, ct) : null,
            }
        )
        {
            StatusCode = entered?.Refused?.HttpStatus() ?? 200,
        };
}
