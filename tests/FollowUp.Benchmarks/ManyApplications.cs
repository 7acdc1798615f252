using System.Globalization;
using Npgsql;

namespace FollowUp.Benchmarks;

/// <summary>
/// Makes a team with any number of applications by copying the rows of a few applications that the services recorded and planned. The
/// copies have other people, employers and days.
/// </summary>
internal static class ManyApplications
{
    /// <summary>Records the template applications, and waits until each has the intended status.</summary>
    /// <returns>Each template with its contact and its share of the copies in percent.</returns>
    public static async Task<IReadOnlyList<(Guid Id, Guid Contact, int Percent)>> Templates(Team team)
    {
        var kinds = new List<(Guid, Guid, int)>();
        var now = DateTimeOffset.UtcNow;
        async Task Add(
            int percent,
            int daysAgo,
            string status,
            int stage = 1,
            string approach = "direct",
            string? process = null,
            Func<Application, Task>? then = null,
            bool hasContact = true
        )
        {
            object[] contacts = hasContact
                ?
                [
                    new
                    {
                        name = "Robin Roe",
                        role = "recruiter",
                        email = $"robin.{percent}.{daysAgo}@example.org",
                        phone = "+1 212 555 0100",
                    },
                ]
                : [];
            var application = await team.Submit(
                hiringProcess: process,
                approach: approach,
                submittedAt: now.AddDays(-daysAgo),
                contacts: contacts,
                candidate: "c-template",
                timeZone: "America/New_York"
            );
            if (then is not null)
                await then(application);
            await application.Shows(stage, status);
            kinds.Add((application.Id, hasContact ? Guid.Parse((await application.Detail()).Text("contacts.0.id")!) : Guid.Empty, percent));
        }

        async Task Made(Application application) => (await application.RecordFollowUp("email", note: "They will call back.")).Expect(201);
        await Add(5, 16, "due");
        await Add(20, 2, "planned", process: "corporateHr");
        await Add(20, 70, "lapsed", approach: "jobBoard");
        await Add(8, 20, "withheld", approach: "massMailing", hasContact: false);
        await Add(
            20,
            16,
            "made",
            process: "personnelOffice",
            then: async x =>
            {
                await Made(x);
                (await x.RecordResponse()).Expect(201);
            }
        );
        await Add(
            7,
            14,
            "planned",
            stage: 2,
            process: "managementTeam",
            then: async x => (await x.ScheduleInterview(now.AddDays(3))).Expect(201)
        );
        await Add(
            2,
            15,
            "planned",
            stage: 3,
            approach: "referral",
            then: async x =>
            {
                (await x.ScheduleInterview(now.AddDays(2))).Expect(201);
                (await x.ScheduleInterview(now.AddDays(9))).Expect(201);
            }
        );
        await Add(
            18,
            16,
            "made",
            process: "ownerRun",
            then: async x =>
            {
                await Made(x);
                (await x.Close("rejected")).Expect(204);
            }
        );
        (
            await team.Applications.Put(
                "/candidates/c-template",
                new
                {
                    name = "Robin Roe",
                    email = "robin@example.org",
                    timeZone = "America/New_York",
                    locale = "en-US",
                }
            )
        ).Expect(204);
        return kinds;
    }

    /// <summary>Makes the copies and marks their events as published by the outbox publisher. The service must not run meanwhile.</summary>
    public static async Task Copy(string database, IReadOnlyList<(Guid Id, Guid Contact, int Percent)> templates, int count)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        async Task Run(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 1800 };
            await command.ExecuteNonQueryAsync();
        }

        var kinds = string.Join(
            ',',
            templates.Select(
                (x, i) =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"('{x.Id}'::uuid, '{x.Contact}'::uuid, {templates.Take(i).Sum(y => y.Percent)}, "
                            + $"{templates.Take(i + 1).Sum(y => y.Percent)})"
                    )
            )
        );
        await Run(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                create temp table copies on commit drop as
                select n, gen_random_uuid() as id, gen_random_uuid() as contact, kind.id as template, kind.contact as template_contact,
                  'c-' || lpad((n * 7 % greatest({count} / 25, 1))::text, 6, '0') as candidate,
                  (array['Amber','Birch','Cedar','Dover','Elm','Falcon','Granite','Harbor','Iris','Juniper','Kestrel','Larch','Maple',
                    'North','Ocean','Pine','Quarry','River','Stone','Tamarack'])[1 + n * 13 % 20] || ' '
                    || (array['Bakery','Insurance','Logistics','Robotics','Dental','Press','Architects','Foods','Energy','Textiles',
                      'Software','Clinic','Motors','Bank','Hotels','Schools','Tools'])[1 + n * 29 % 17] || ' ' || (n * 31 % 97) as employer,
                  (array['Senior','Junior','Lead','Assistant','Night','Field'])[1 + n * 11 % 6] || ' '
                    || (array['clerk','technician','analyst','nurse','designer','engineer','driver','editor','manager','teacher',
                      'welder','buyer','planner'])[1 + n * 17 % 13] as title,
                  (n % 480) * interval '1 hour' + (n % 3600) * interval '1 second' as shift
                from generate_series(1, {count}) n
                join (values {kinds}) kind (id, contact, low, high) on n * 7919 % 100 >= low and n * 7919 % 100 < high
                """
            )
        );
        await Run("analyze copies");
        const string Submission =
            "jsonb_build_object('candidate', c.candidate, "
            + "'employer', made -> 'data' -> 'employer' || jsonb_build_object('name', c.employer), "
            + "'posting', made -> 'data' -> 'posting' || jsonb_build_object('title', c.title))";
        await Run(Insert("mt_streams", "x.id = c.template", "'timestamp', now()"));
        await Run(
            Insert(
                "mt_events",
                "x.stream_id = c.template",
                $"'seq_id', nextval('followup.mt_events_sequence'), 'id', gen_random_uuid(), "
                    + $"'data', made -> 'data' || case when made ->> 'type' = 'submitted' then {Submission} else '{{}}' end",
                "c.n, x.version"
            )
        ); // the sequence numbers follow the order of the events
        await Run(
            Insert(
                "mt_doc_applicationrow",
                "x.id = c.template",
                """
                'candidate', c.candidate, 'employer', c.employer, 'title', c.title,
                'submitted_at', (made ->> 'submitted_at')::timestamptz - c.shift,
                'data', made -> 'data' || jsonb_build_object('candidate', c.candidate, 'employer', c.employer, 'title', c.title,
                  'submittedAt', (made ->> 'submitted_at')::timestamptz - c.shift)
                """
            )
        );
        // Planned slots are shifted to other due times; slots that are due keep their due time and the end of their window.
        await Run(
            Insert(
                "mt_doc_schedulerplan",
                "x.id = c.template",
                """
                'urgency', case when made ->> 'status' = 'Planned'
                  then '2'
                    || to_char(to_timestamp(substr(made ->> 'urgency', 2, 14), 'YYYYMMDDHH24MISS') + c.shift, 'YYYYMMDDHH24MISS')
                    || substr(made ->> 'urgency', 16)
                  else made ->> 'urgency' end
                """
            )
        );
        await Run(
            Insert(
                "mt_doc_contact",
                "x.id = c.template_contact",
                "'candidate', c.candidate, 'data', made -> 'data' || jsonb_build_object('candidate', c.candidate)"
            )
        );
        await Run(
            """
            insert into followup.mt_doc_candidate
            select fresh.* from (select distinct candidate, (substr(candidate, 3))::int as n from copies) c
            join followup.mt_doc_candidate x on x.id = 'c-template'
            cross join lateral (
              select (array['Ana','Ben','Carla','David','Elif','Farid','Greta','Hugo','Ines','Jonas','Kadir','Lena','Marek','Nadia','Omar',
                'Petra','Quinn','Rosa','Samir','Tara'])[1 + c.n % 20] || ' '
                || (array['Abel','Brandt','Castillo','Dietz','Endo','Fischer','Gomez','Haddad','Ivanov','Jansen','Keller','Lopez','Moreau',
                  'Novak','Oduya','Petrov','Quast','Rossi','Schmidt','Tanaka','Ude','Vogel','Weber'])[1 + c.n / 20 % 23] as name) named
            cross join lateral jsonb_populate_record(null::followup.mt_doc_candidate,
              to_jsonb(x) || jsonb_build_object('id', c.candidate, 'name', named.name,
                'data', to_jsonb(x) -> 'data' || jsonb_build_object('id', c.candidate, 'name', named.name))) fresh
            """
        );
        await Run("update followup.mt_event_progression set last_seq_id = (select max(seq_id) from followup.mt_events)");
        await transaction.CommitAsync();
        await using var vacuum = source.CreateCommand("vacuum analyze");
        vacuum.CommandTimeout = 1800;
        await vacuum.ExecuteNonQueryAsync(); // autovacuum would do the same later
    }

    // A copy is the original's row with the copy's ids in the place of the original's.
    private static string Insert(string table, string of, string changes, string? order = null) =>
        $"""
            insert into followup.{table}
            select fresh.* from (select c.*, to_jsonb(x) as original from copies c join followup.{table} x on {of}{(
                order is null ? "" : $" order by {order}"
            )}) c
            cross join lateral (
              select replace(replace(original::text, c.template::text, c.id::text),
                c.template_contact::text, c.contact::text)::jsonb as made
            ) renamed
            cross join lateral jsonb_populate_record(null::followup.{table}, made || jsonb_build_object({changes})) fresh
            """;
}
