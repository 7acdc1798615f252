namespace FollowUp.Sheets;

/// <summary>An export or a template of a public tracker, with invented employers and people, and what is to be recorded of it.</summary>
internal sealed record Tracker(string Name, string File, params Read[] Rows)
{
    public override string ToString() => Name;

    /// <summary>Each with the headers and the words for a status that the tracker writes.</summary>
    public static Tracker[] All { get; } =
    [
        new(
            "Huntr",
            "Employer,Job Title,List,URL,Location,Salary,Date Applied,Notes\n"
                + "Fern Corp,Clerk,Interview,https://fern.example.com/1,York,,2024-08-15,Great fit\nMoss Ltd,Cook,Wishlist,,,,,\n",
            new("Fern Corp", "Clerk", "2024-08-15", "interview", Url: "https://fern.example.com/1", Note: "Great fit"),
            Read.Refused("notSubmitted")
        ),
        new(
            "Teal, raw",
            "id,role,companyName,location,status,createdAt,appliedAt,maxSalary,excitement,url\n"
                + "1,Clerk,Fern Corp,York,APPLIED,2024-08-10T10:00:00Z,2024-08-11T10:00:00Z,,4,https://fern.example.com/1\n"
                + "2,Cook,Moss Ltd,York,BOOKMARKED,2024-08-10T10:00:00Z,,,4,\n"
                + "3,Guard,Reed Ltd,York,INTERVIEWING,2024-08-10T10:00:00Z,2024-08-12T10:00:00Z,,4,\n",
            new("Fern Corp", "Clerk", "2024-08-11", "applied", Url: "https://fern.example.com/1"),
            Read.Refused("notSubmitted"),
            new("Reed Ltd", "Guard", "2024-08-12", "interview")
        ),
        new(
            "Teal, table",
            "Job Position,Company,Max. Salary,Location,Status,Date Saved,Deadline,Date Applied,Follow up,Excitement\n"
                + "Clerk,Fern Corp,,York,Negotiating,2024-08-01,2024-08-30,2024-08-02,Call Dana,5\n"
                + "Cook,Moss Ltd,,York,I Withdrew,2024-08-01,,2024-08-02,,3\nGuard,Reed Ltd,,York,Applying,2024-08-01,,,,3\n"
                + "Nurse,Elm Ltd,,York,No Response,2024-08-01,,2024-08-03,,3\n",
            new("Fern Corp", "Clerk", "2024-08-02", "offer", Note: "Follow up: Call Dana"),
            new("Moss Ltd", "Cook", "2024-08-02", "withdrawn"),
            Read.Refused("notSubmitted"),
            new("Elm Ltd", "Nurse", "2024-08-03", "noResponse")
        ),
        new(
            "Simplify",
            "Job Title,Company Name,Job URL,Applied Date,Status,Status Date,Archived,Date Archived,Notes\n"
                + "Clerk,Fern Corp,https://fern.example.com/1,2024-08-01,REJECTED,2024-08-20,FALSE,,\n"
                + "Cook,Moss Ltd,,2024-08-02,APPLIED,,FALSE,,\nGuard,Reed Ltd,,2024-08-03,SCREEN,2024-08-09,FALSE,,Ask for Dana\n",
            new("Fern Corp", "Clerk", "2024-08-01", "rejected on 2024-08-20", Url: "https://fern.example.com/1"),
            new("Moss Ltd", "Cook", "2024-08-02", "applied"),
            new("Reed Ltd", "Guard", "2024-08-03", "interview", Note: "Ask for Dana")
        ),
        new(
            "JobSync",
            "index,createdAt,applied,appliedDate,Company,JobTitle,jobType,workplaceType,Location,JobSource,Status\n"
                + "1,2024-08-01,Yes,2024-08-02,Fern Corp,Clerk,Full Time,Remote,York,Indeed,Interview\n"
                + "2,2024-08-01,No,N/A,Moss Ltd,Cook,Unknown,N/A,N/A,N/A,Draft\n"
                + "3,2024-08-01,No,N/A,Reed Ltd,Guard,Unknown,N/A,N/A,N/A,N/A\n"
                + "4,2024-08-01,Yes,2024-08-04,Elm Ltd,Nurse,Contract,On-site,York,N/A,Rejected\n",
            new("Fern Corp", "Clerk", "2024-08-02", "interview", Note: "Source: Indeed"),
            Read.Refused("notSubmitted"),
            Read.Refused("notSubmitted"),
            new("Elm Ltd", "Nurse", "2024-08-04", "rejected")
        ),
        new(
            "JustAJobApp",
            "Company Name,Application Status,Received At,Job Title,Subject,Sender\n"
                + "Fern Corp,Application confirmation,2024-08-01 10:00:00,Clerk,Thanks,no-reply@fern.example.com\n"
                + "Moss Ltd,Rejection,2024-08-09 10:00:00,Cook,Your application,jobs@moss.example.com\n"
                + "Reed Ltd,False positive,2024-08-09 10:00:00,Guard,Our newsletter,news@reed.example.com\n"
                + "Elm Ltd,Did not apply - inbound request,2024-08-09 10:00:00,Nurse,A job for you,jobs@elm.example.com\n"
                + "Oak Ltd,Interview invitation,2024-08-09 10:00:00,Buyer,Your interview,jobs@oak.example.com\n",
            new("Fern Corp", "Clerk", "2024-08-01", "applied"),
            new("Moss Ltd", "Cook", "2024-08-09", "rejected on 2024-08-09"),
            Read.Refused("notSubmitted"),
            Read.Refused("notSubmitted"),
            new("Oak Ltd", "Buyer", "2024-08-09", "interview ahead")
        ),
        new(
            "LinkedIn",
            "Application Date,Contact Email,Contact Phone Number,Company Name,Job Title,Job Url,Resume Name,Question And Answers\n"
                + "\"8/13/24, 9:42 AM\",jo@example.org, +15550100,Fern Corp,Clerk,http://www.linkedin.com/jobs/view/1,cv.pdf,"
                + "\"Mail:jo@example.org | Phone:+1 5550100\"\n"
                + "\"8/9/24, 11:39 PM\",jo@example.org, +15550100,Moss Ltd,\"Cook, Remote\",http://www.linkedin.com/jobs/view/2,"
                + "cv.pdf,\n"
                + "\"7/29/24, 12:00 AM\",jo@example.org, +15550100,\"Reed, Inc.\",Guard,http://www.linkedin.com/jobs/view/3,cv.pdf,\n",
            new("Fern Corp", "Clerk", "2024-08-13", "applied", Url: "http://www.linkedin.com/jobs/view/1"),
            new("Moss Ltd", "Cook, Remote", "2024-08-09", "applied", Url: "http://www.linkedin.com/jobs/view/2"),
            new("Reed, Inc.", "Guard", "2024-07-29", "applied", Url: "http://www.linkedin.com/jobs/view/3")
        ),
        new(
            "Notion",
            "\uFEFFCompany,Position,Date Applied,Stage,Interview date,Links\n"
                + "Fern Corp (https://www.notion.so/Fern-0123?pvs=21),Clerk,\"August 12, 2024\",Applied ✅,,https://fern.example.com\n"
                + "Moss Ltd,Cook,\"August 9, 2024 3:00 PM (GMT+1)\",🟡 In progress,\"September 2, 2024 10:00 AM\",\n"
                + "Reed Ltd,Guard,,Not started,,\n",
            new("Fern Corp", "Clerk", "2024-08-12", "applied", Url: "https://fern.example.com"),
            new("Moss Ltd", "Cook", "2024-08-09", "interview on 2024-09-02"),
            Read.Refused("notSubmitted")
        ),
        new(
            "Airtable",
            "Name,Company,Position,Applied?,Application Date,Status,Job Posting,Contact,Contact Email\n"
                + "Fern clerk,Fern Corp,Clerk,checked,8/12/2024,Phone Screen,https://fern.example.com,Dana Doe,dana@fern.example.com\n"
                + "Moss cook,Moss Ltd,Cook,,,Interested,,,\n",
            new("Fern Corp", "Clerk", "2024-08-12", "phoneScreen", "https://fern.example.com", "Dana Doe, dana@fern.example.com"),
            Read.Refused("notSubmitted")
        ),
        new(
            "Reactive Resume",
            "company,role,status,location,salary,source,url,applied_at,tags,notes\n"
                + "Fern Corp,Clerk,offer,York,,LinkedIn,https://fern.example.com,2024-08-12,\"a, b\",Likes \"\"Fern\"\"\n"
                + "Moss Ltd,Cook,saved,York,,,,,,\nReed Ltd,Guard,screening,York,,,,2024-08-13,,\n",
            new("Fern Corp", "Clerk", "2024-08-12", "offer", Url: "https://fern.example.com", Note: "Likes \"\"Fern\"\"\nSource: LinkedIn"),
            Read.Refused("notSubmitted"),
            new("Reed Ltd", "Guard", "2024-08-13", "interview")
        ),
        new(
            "Reactive Resume, its template",
            "Company,Role,Stage,Stage Date,Location,Salary,Source,Notes,URL\nFern Corp,Clerk,rejected,2024-08-12,York,,Referral,,\n",
            new Read("Fern Corp", "Clerk", "2024-08-12", "rejected on 2024-08-12", Note: "Source: Referral")
        ),
        new(
            "JobHunter",
            "Company,Title,Location,Status,Applied Date,Created Date,Last Seen,Source,URL,Notes,Tags\n"
                + "Fern Corp,Clerk,York,interviewing,2024-08-12,2024-08-10,2024-08-20,Indeed,https://fern.example.com,hello,\n"
                + "Moss Ltd,Cook,York,interested,,2024-08-10,2024-08-20,Indeed,,,\n",
            new("Fern Corp", "Clerk", "2024-08-12", "interview", Url: "https://fern.example.com", Note: "hello\nSource: Indeed"),
            Read.Refused("notSubmitted")
        ),
        new(
            "OSApplyTrack",
            """
            { "format": "applytrack-export", "version": 2, "blacklist": ["Evil Corp"],
              "cover_letters": [ { "application": "fern-corp-clerk.md", "body": "Dear Fern" } ],
              "applications": [
                { "name": "fern-corp-clerk.md", "company": "Fern Corp", "role": "Clerk", "lane": "ai", "status": "rejected",
                  "link": "", "contact": "Dana Doe", "contact_email": "dana@fern.example.com", "applied": "2024-08-12",
                  "followup": "", "created": "2024-08-10", "score": "", "notes": "" },
                { "name": "moss-cook.md", "company": "Moss Ltd", "role": "Cook", "status": "applied", "applied": "2024-08-13",
                  "link": null, "notes": "by mail" },
                { "name": "reed-guard.md", "company": "Reed Ltd", "role": "Guard", "status": "lead", "applied": "" },
                { "name": "elm-nurse.md", "company": "Elm Ltd", "role": "Nurse", "status": "ready", "applied": "" },
                { "name": "oak-buyer.md", "company": "Oak Ltd", "role": "Buyer", "status": "screen", "applied": "2024-08-14" } ] }
            """,
            new("Fern Corp", "Clerk", "2024-08-12", "rejected", Contact: "Dana Doe, dana@fern.example.com"),
            new("Moss Ltd", "Cook", "2024-08-13", "applied", Note: "by mail"),
            Read.Refused("notSubmitted"),
            Read.Refused("notSubmitted"),
            new("Oak Ltd", "Buyer", "2024-08-14", "interview")
        ),
        new(
            "A Swiss sheet",
            "Monat;Bewerbung / Eingang;Firma;Stelle;Status;Absage am;Nachweis Eingang;Bemerkung\n"
                + "August;11.08.2024;Farn Holz AG;Sachbearbeiter/in (a);Offen;;;\nJuli;05.07.2024;Moos & Söhne;Berater:in "
                + "60%–100% (m/w);Absage;14.07.2024;https://mail.example.com/1;telefonisch\n",
            new("Farn Holz AG", "Sachbearbeiter/in (a)", "2024-08-11", "applied"),
            new("Moos & Söhne", "Berater:in 60%–100% (m/w)", "2024-07-05", "rejected on 2024-07-14", Note: "telefonisch")
        ),
        new(
            "A Swiss proof of efforts for the job centre",
            "Nachweis der persönlichen Arbeitsbemühungen;;;;;;\nMonat: August 2024;;;;;;\n\n"
                + "Datum;Firma, Adresse, Ort;Kontaktperson;Stelle als;Pensum;Art der Bewerbung;Ergebnis\n"
                + "03.08.2024;Farn AG, Seeweg 1, 8000 Zürich;Robin Muster;Koch;100%;schriftlich;offen\n"
                + "15.08.2024;Moos AG, Dorf 3, 3000 Bern;;Bäcker;80%;telefonisch;Absage\n",
            new("Farn AG, Seeweg 1, 8000 Zürich", "Koch", "2024-08-03", "applied", Contact: "Robin Muster"),
            new("Moos AG, Dorf 3, 3000 Bern", "Bäcker", "2024-08-15", "rejected")
        ),
        new(
            "A German sheet",
            "Versanddatum;Unternehmen;Position;Standort;Kanal;Status;Quelle(n);Ansprechpartnerin\n"
                + "12.08.2024;Farn GmbH;Kaufmann (m/w/d);Köln;E-Mail;Eingangsbestätigung;StepStone;Dana Doe\n"
                + "03.08.2024;Moos AG;Koch;Kiel;Portal;Vorstellungsgespräch vereinbart;;\n"
                + "20.08.2024;Ried AG;Wächter;Kiel;Portal;Absage am 01.09.2024;;\n",
            new("Farn GmbH", "Kaufmann (m/w/d)", "2024-08-12", "applied", Contact: "Dana Doe", Note: "Source: StepStone"),
            new("Moos AG", "Koch", "2024-08-03", "interview ahead", Note: "Source: Portal"),
            new("Ried AG", "Wächter", "2024-08-20", "rejected", Note: "Source: Portal")
        ),
        new(
            "A French sheet",
            "Entreprise;Poste;Date de candidature;Statut;Lieu;Interlocuteur;Remarques\n"
                + "Société Fougère;Développeur;12/08/2024;Entretien;Paris;Dominique Martin;rappeler\n"
                + "Atelier Mousse;Assistant;05.08.2024;Sans réponse;Lyon;;\nMaison Jonc;Comptable;25/07/2024;Refusé;Lille;;\n"
                + "Chêne SA;Acheteur;26/07/2024;À relancer;Lille;;\n",
            new("Société Fougère", "Développeur", "2024-08-12", "interview", Contact: "Dominique Martin", Note: "rappeler"),
            new("Atelier Mousse", "Assistant", "2024-08-05", "noResponse"),
            new("Maison Jonc", "Comptable", "2024-07-25", "rejected"),
            new("Chêne SA", "Acheteur", "2024-07-26", "applied")
        ),
        new(
            "An Italian sheet",
            "Azienda;Posizione;Data candidatura;Stato;Referente;Note\nFelce Srl;Impiegato;12 agosto 2024;Inviata;Andrea Rossi;\n"
                + "Muschio Spa;Cuoco;25/07/2024;Rifiutato;;troppo lontano\nQuercia Srl;Commesso;26/07/2024;Colloquio fissato;;\n",
            new("Felce Srl", "Impiegato", "2024-08-12", "applied", Contact: "Andrea Rossi"),
            new("Muschio Spa", "Cuoco", "2024-07-25", "rejected", Note: "troppo lontano"),
            new("Quercia Srl", "Commesso", "2024-07-26", "interview ahead")
        ),
        new(
            "A form's responses",
            "Timestamp,Email Address,Company,Job Title,Date of Application,Status\n"
                + "8/14/2024 10:11:12,jo@example.org,Fern Corp,Clerk,8/12/2024,Applied\n8/15/2024 10:11:12,jo@example.org,Moss "
                + "Ltd,Cook,8/13/2024,Rejected\n",
            new("Fern Corp", "Clerk", "2024-08-12", "applied"),
            new("Moss Ltd", "Cook", "2024-08-13", "rejected")
        ),
    ];
}

/// <summary>What is read of a row.</summary>
/// <param name="State">How it stands, and since when if the sheet tells; of a refused row the reason's code.</param>
/// <param name="Contact">The name and the address.</param>
internal sealed record Read(
    string? Employer,
    string? Title,
    string? On,
    string State,
    string? Url = null,
    string? Contact = null,
    string? Note = null
)
{
    public static Read Refused(string code) => new(null, null, null, code);

    public bool IsRefused => Employer is null;
}
