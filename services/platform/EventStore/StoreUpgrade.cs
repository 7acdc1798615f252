using FollowUp.Platform.Concurrency;
using Npgsql;

namespace FollowUp.Platform.EventStore;

/// <summary>
/// Upgrades a store of an older version, before Marten compares its tables with the documents of this version: Marten adds tables and
/// columns, but doesn't know that a document was renamed. A step changes nothing in a store that is new or already has the change.
/// </summary>
public static class StoreUpgrade
{
    /// <summary>Renames the table of a renamed document, with its indexes and constraints, so that the rows are kept.</summary>
    /// <param name="before">The old name in lower case, as <c>watch</c>.</param>
    /// <param name="after">The new name in lower case, as <c>applicationstate</c>.</param>
    /// <param name="members">The JSON members that were renamed at the same time.</param>
    public static string RenameDocument(string before, string after, params (string Before, string After)[] members) =>
        $"""
            do $$
            declare found record;
            begin
              if to_regclass('followup.mt_doc_{before}') is null or to_regclass('followup.mt_doc_{after}') is not null then return; end if;
              alter table followup.mt_doc_{before} rename to mt_doc_{after};
              for found in select conname from pg_constraint
                where conrelid = 'followup.mt_doc_{after}'::regclass and strpos(conname, 'mt_doc_{before}') > 0
              loop
                execute format('alter table followup.mt_doc_{after} rename constraint %I to %I',
                  found.conname, replace(found.conname, 'mt_doc_{before}', 'mt_doc_{after}'));
              end loop;
              for found in select indexname from pg_indexes
                where schemaname = 'followup' and tablename = 'mt_doc_{after}' and strpos(indexname, 'mt_doc_{before}') > 0
              loop
                execute format('alter index followup.%I rename to %I',
                  found.indexname, replace(found.indexname, 'mt_doc_{before}', 'mt_doc_{after}'));
              end loop;
              for found in select p.oid::regprocedure as signature from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                where n.nspname = 'followup'
                    and p.proname in ('mt_upsert_{before}', 'mt_insert_{before}', 'mt_update_{before}', 'mt_overwrite_{before}')
              loop
                execute format('drop function %s', found.signature);
              end loop;
              {string.Concat(members.Select(x => Rename(after, x.Before, x.After)))}
            end $$;
            """;

    /// <summary>
    /// Renames a JSON member in the rows of a document that kept its name. The step reads all rows at each start, so it suits small tables
    /// only.
    /// </summary>
    /// <param name="document">The document's name in lower case.</param>
    /// <param name="before">The old member, as it stands in JSON.</param>
    /// <param name="after">The new member.</param>
    public static string RenameMember(string document, string before, string after) =>
        $"""
            do $$
            begin
              if to_regclass('followup.mt_doc_{document}') is null then return; end if;
              {Rename(document, before, after)}
            end $$;
            """;

    private static string Rename(string document, string before, string after) =>
        $"""
            update followup.mt_doc_{document} set data = (data - '{before}') || jsonb_build_object('{after}', data -> '{before}')
              where data ? '{before}' and not data ? '{after}';
            """;

    // The publisher's subscription was called "relay"; under its new name it would publish all history again.
    private const string RenameSubscription = """
        do $$
        begin
          if to_regclass('followup.mt_event_progression') is null then return; end if;
          update followup.mt_event_progression set name = 'outbox:All'
          where name = 'relay:All' and not exists (select from followup.mt_event_progression where name = 'outbox:All');
        end $$;
        """;

    // For the sessions of other clients too: an append that stays open in a psql holds up the outbox publisher just as well. A value that
    // an operator has set stays, and a role that doesn't own the database leaves it to the operator.
    private const string LimitIdleTransactions = $"""
        do $$
        begin
          if exists (
            select from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase, unnest(s.setconfig) setting
            where d.datname = current_database() and s.setrole = 0 and setting like 'idle_in_transaction_session_timeout=%')
          then return; end if;
          execute format('alter database %I set idle_in_transaction_session_timeout = %L',
            current_database(), '{DatabaseConnection.IdleInTransaction}');
        exception when insufficient_privilege then null;
        end $$;
        """;

    private static readonly string[] CommonSteps =
    [
        LimitIdleTransactions,
        RenameSubscription,
        RenameDocument("remembered", "idempotencyrecord"),
        RenameDocument("storeidentity", "storeid"),
        RenameMember("replay", "of", "total"),
    ];

    internal static async Task Run(NpgsqlDataSource database, IReadOnlyList<string> serviceSteps, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await AdvisoryLock.Acquire(transaction, "store upgrade", ct);
        foreach (var step in CommonSteps.Concat(serviceSteps))
        {
#pragma warning disable CA2100 // the steps are constants of the services
            await using var command = new NpgsqlCommand(step, connection, transaction);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(ct);
        }
        await transaction.CommitAsync(ct);
    }
}
