using FollowUp.Applications.Import;

namespace FollowUp.Specs.Import;

/// <summary>The exports and templates of public trackers, a line of each with invented employers, read as it is meant.</summary>
public sealed class TrackerSpecs
{
    // The tracker; its file; what is read of each row.
    public static TheoryData<string, string, string[]> Trackers =>
        new()
        {
            {
                "Huntr",
                "Employer,Job Title,List,URL,Location,Salary,Date Applied,Notes\n"
                    + "Fern Corp,Clerk,Interview,https://fern.example.com/1,York,,2026-08-15,Great fit\nMoss Ltd,Cook,Wishlist,,,,,\n",
                ["Fern Corp: Clerk, 2026-08-15, interview", "refused: notSubmitted"]
            },
            {
                "Teal, raw",
                "id,role,companyName,location,status,createdAt,appliedAt,maxSalary,excitement,url\n"
                    + "1,Clerk,Fern Corp,York,APPLIED,2026-08-10T10:00:00Z,2026-08-11T10:00:00Z,,4,https://fern.example.com/1\n"
                    + "2,Cook,Moss Ltd,York,BOOKMARKED,2026-08-10T10:00:00Z,,,4,\n",
                ["Fern Corp: Clerk, 2026-08-11", "refused: notSubmitted"]
            },
            {
                "Teal, table",
                "Job Position,Company,Max. Salary,Location,Status,Date Saved,Deadline,Date Applied,Follow up,Excitement\n"
                    + "Clerk,Fern Corp,,York,Negotiating,2026-08-01,2026-08-30,2026-08-02,Call Dana,5\n"
                    + "Cook,Moss Ltd,,York,I Withdrew,2026-08-01,,2026-08-02,,3\nGuard,Reed Ltd,,York,Applying,2026-08-01,,,,3\n",
                ["Fern Corp: Clerk, 2026-08-02, offer", "Moss Ltd: Cook, 2026-08-02, withdrawn", "refused: notSubmitted"]
            },
            {
                "Simplify",
                "Job Title,Company Name,Job URL,Applied Date,Status,Status Date,Archived,Date Archived,Notes\n"
                    + "Clerk,Fern Corp,https://fern.example.com/1,2026-08-01,REJECTED,2026-08-20,FALSE,,\nCook,Moss Ltd,,2026-08-02,"
                    + "APPLIED,,FALSE,,\n",
                ["Fern Corp: Clerk, 2026-08-01, rejected on 2026-08-20", "Moss Ltd: Cook, 2026-08-02"]
            },
            {
                "JobSync",
                "index,createdAt,applied,appliedDate,Company,JobTitle,jobType,Location,JobSource,Status\n"
                    + "1,2026-08-01,Yes,2026-08-02,Fern Corp,Clerk,Full Time,York,Indeed,Interview\n2,2026-08-01,No,N/A,Moss Ltd,Cook,"
                    + "Unknown,N/A,N/A,Draft\n"
                    + "3,2026-08-01,No,N/A,Reed Ltd,Guard,Unknown,N/A,N/A,N/A\n",
                ["Fern Corp: Clerk, 2026-08-02, interview", "refused: notSubmitted", "refused: notSubmitted"]
            },
            {
                "JustAJobApp",
                "Company Name,Application Status,Received At,Job Title,Subject,Sender\n"
                    + "Fern Corp,Application confirmation,2026-08-01 10:00:00,Clerk,Thanks,no-reply@fern.example.com\n"
                    + "Moss Ltd,Rejection,2026-08-09 10:00:00,Cook,Your application,jobs@moss.example.com\n",
                ["Fern Corp: Clerk, 2026-08-01", "Moss Ltd: Cook, 2026-08-09, rejected on 2026-08-09"]
            },
            {
                "LinkedIn",
                "Application Date,Contact Email,Contact Phone Number,Company Name,Job Title,Job Url,Resume Name,Question And Answers\n"
                    + "\"8/13/26, 9:42 AM\",jo@example.org, +15550100,Fern Corp,Clerk,http://www.linkedin.com/jobs/view/1,cv.pdf,"
                    + "\"Mail:jo@example.org | Phone:+1 5550100\"\n"
                    + "\"8/9/26, 11:39 PM\",jo@example.org, +15550100,Moss Ltd,\"Cook, Remote\",http://www.linkedin.com/jobs/view/2,"
                    + "cv.pdf,\n"
                    + "\"7/29/26, 12:00 AM\",jo@example.org, +15550100,\"Reed, Inc.\",Guard,http://www.linkedin.com/jobs/view/3,cv.pdf,\n",
                ["Fern Corp: Clerk, 2026-08-13", "Moss Ltd: Cook, Remote, 2026-08-09", "Reed, Inc.: Guard, 2026-07-29"]
            },
            {
                "Notion",
                "\uFEFFCompany,Position,Date Applied,Stage,Interview date,Links\n"
                    + "Fern Corp (https://www.notion.so/Fern-0123?pvs=21),Clerk,\"August 12, 2026\",Applied ✅,,https://fern.example.com\n"
                    + "Moss Ltd,Cook,\"August 9, 2026 3:00 PM (GMT+1)\",🟡 In progress,\"September 30, 2026 10:00 AM\",\nReed Ltd,"
                    + "Guard,,Not started,,\n",
                ["Fern Corp: Clerk, 2026-08-12", "Moss Ltd: Cook, 2026-08-09, interview ahead on 2026-09-30", "refused: notSubmitted"]
            },
            {
                "Airtable",
                "Name,Company,Position,Applied?,Application Date,Status,Job Posting\n"
                    + "Fern clerk,Fern Corp,Clerk,checked,8/12/2026,Phone Screen,https://fern.example.com\n",
                ["Fern Corp: Clerk, 2026-08-12, phoneScreen"]
            },
            {
                "Reactive Resume",
                "company,role,status,location,salary,source,url,applied_at,tags,notes\n"
                    + "Fern Corp,Clerk,offer,York,,LinkedIn,https://fern.example.com,2026-08-12,\"a, b\",\nMoss Ltd,Cook,saved,York,,,"
                    + ",,,\n",
                ["Fern Corp: Clerk, 2026-08-12, offer", "refused: notSubmitted"]
            },
            {
                "JobHunter",
                "Company,Title,Location,Status,Applied Date,Created Date,Last Seen,Source,URL,Notes,Tags\n"
                    + "Fern Corp,Clerk,York,interviewing,2026-08-12,2026-08-10,2026-08-20,Indeed,https://fern.example.com,hello,\n",
                ["Fern Corp: Clerk, 2026-08-12, interview"]
            },
            {
                "OSApplyTrack",
                """
                    { "format": "applytrack-export", "version": 2, "blacklist": ["Evil Corp"],
                      "cover_letters": [ { "application": "fern-corp-clerk.md", "body": "Dear Fern" } ],
                      "applications": [
                        { "name": "fern-corp-clerk.md", "company": "Fern Corp", "role": "Clerk", "status": "rejected",
                      "applied": "2026-08-12", "url": null },
                        { "name": "moss-cook.md", "company": "Moss Ltd", "role": "Cook", "status": "applied",
                      "applied": "2026-08-13", "notes": "by mail" } ] }
                    """,
                ["Fern Corp: Clerk, 2026-08-12, rejected", "Moss Ltd: Cook, 2026-08-13"]
            },
            {
                "A Swiss sheet",
                "Monat;Bewerbung / Eingang;Firma;Stelle;Status;Absage am;Nachweis Eingang;Bemerkung\n"
                    + "August;11.08.2026;Farn Holz AG;Sachbearbeiter/in (a);Offen;;;\nJuli;05.07.2026;Moos & Söhne;Berater:in "
                    + "60%–100% (m/w);Absage;14.07.2026;https://mail.example.com/1;\n",
                [
                    "Farn Holz AG: Sachbearbeiter/in (a), 2026-08-11",
                    "Moos & Söhne: Berater:in 60%–100% (m/w), 2026-07-05, rejected on 2026-07-14",
                ]
            },
            {
                "A German sheet",
                "Versanddatum;Unternehmen;Position;Standort;Kanal;Status;Quelle(n)\n"
                    + "12.08.2026;Farn GmbH;Kaufmann (m/w/d);Köln;E-Mail;Eingangsbestätigung;StepStone\n03.08.2026;Moos AG;Koch;Kiel;"
                    + "Portal;Vorstellungsgespräch vereinbart;\n",
                ["Farn GmbH: Kaufmann (m/w/d), 2026-08-12", "Moos AG: Koch, 2026-08-03, interview ahead"]
            },
            {
                "A French sheet",
                "Entreprise;Poste;Date de candidature;Statut;Lieu\n"
                    + "Société Fougère;Développeur;12/08/2026;Entretien;Paris\nAtelier Mousse;Assistant;05.08.2026;Sans réponse;Lyon\n"
                    + "Maison Jonc;Comptable;25/07/2026;Refusé;Lille\n",
                [
                    "Société Fougère: Développeur, 2026-08-12, interview",
                    "Atelier Mousse: Assistant, 2026-08-05, noResponse",
                    "Maison Jonc: Comptable, 2026-07-25, rejected",
                ]
            },
            {
                "An Italian sheet",
                "Azienda;Posizione;Data candidatura;Stato;Note\nFelce Srl;Impiegato;12 agosto 2026;Inviata;\nMuschio Spa;Cuoco;"
                    + "25/07/2026;Rifiutato;\n",
                ["Felce Srl: Impiegato, 2026-08-12", "Muschio Spa: Cuoco, 2026-07-25, rejected"]
            },
            {
                "A form's responses",
                "Timestamp,Email Address,Company,Job Title,Date of Application,Status\n"
                    + "8/14/2026 10:11:12,jo@example.org,Fern Corp,Clerk,8/12/2026,Applied\n8/15/2026 10:11:12,jo@example.org,Moss "
                    + "Ltd,Cook,8/13/2026,Rejected\n",
                ["Fern Corp: Clerk, 2026-08-12", "Moss Ltd: Cook, 2026-08-13, rejected"]
            },
        };

    [Theory]
    [MemberData(nameof(Trackers))]
    public void An_export_is_read_as_it_is_meant(string tracker, string file, string[] rows)
    {
        var sheet = Sheets.Read(file);

        Assert.Equal([tracker, .. rows], [tracker, .. sheet.Rows.Select(Line)]);
        Assert.All(sheet.Rows.OfType<SheetRow.Understood>(), x => Assert.Null(x.Application.Contact)); // none of these names a person there
    }

    private static string Line(SheetRow row) =>
        row is SheetRow.Understood { Application: var x }
            ? $"{x.Employer}: {x.Title}, {x.SubmittedOn:yyyy-MM-dd}{string.Concat(x.Outcomes.Select(Words))}"
            : $"refused: {((SheetRow.Refused)row).Reasons[0].Code}";

    private static string Words(Outcome outcome) =>
        outcome switch
        {
            Outcome.Interview x => $", {(x.Kind is { } kind ? kind.Word() : "interview")}{(x.Ahead ? " ahead" : "")}{On(x.On)}",
            Outcome.Step x => $", {x.Kind.Word()}{On(x.On)}",
            Outcome.Responded x => $", {(x.Offer ? "offer" : "answer")}{On(x.On)}",
            Outcome.FollowedUp x => $", followed up{On(x.On)}",
            Outcome.Closed x => $", {x.Reason.Word()}{On(x.On)}",
            _ => "?",
        };

    private static string On(DateOnly? day) => day is { } on ? $" on {on:yyyy-MM-dd}" : "";
}
