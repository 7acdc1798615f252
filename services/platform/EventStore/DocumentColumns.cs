using Marten;
using Marten.Schema;
using Weasel.Postgresql;
using Weasel.Postgresql.Tables;

namespace FollowUp.Platform.EventStore;

/// <summary>
/// Columns for the members of documents that SQL reads, and only the indexes that a query uses: Marten's <c>Duplicate</c> creates an index
/// for each column, and each index costs time in every write.
/// </summary>
public static class DocumentColumns
{
    /// <summary>Copies a member into a column.</summary>
    /// <param name="options">The store's options.</param>
    /// <param name="member">The member's name.</param>
    /// <param name="pgType">The column's type, where it isn't Marten's own choice.</param>
    public static StoreOptions Column<T>(this StoreOptions options, string member, string? pgType = null) =>
        options.Of<T>(x => x.DuplicateField(member, pgType));

    /// <summary>An index over columns, in this order.</summary>
    /// <param name="options">The store's options.</param>
    /// <param name="columns">Their names in the database.</param>
    public static StoreOptions Index<T>(this StoreOptions options, params string[] columns) =>
        options.Of<T>(x => x.Indexes.Add(new DocumentIndex(x, columns)));

    /// <summary>A partial index over columns, in this order, with only the rows that a query looks for.</summary>
    /// <param name="options">The store's options.</param>
    /// <param name="predicate">The condition for the rows, in SQL.</param>
    /// <param name="columns">Their names in the database.</param>
    public static StoreOptions IndexWhere<T>(this StoreOptions options, string predicate, params string[] columns) =>
        options.Of<T>(x => x.Indexes.Add(new DocumentIndex(x, columns) { Predicate = predicate }));

    /// <summary>A unique index over columns, with a name by which a violation is known.</summary>
    /// <param name="options">The store's options.</param>
    /// <param name="name">The index's name.</param>
    /// <param name="columns">Their names in the database.</param>
    public static StoreOptions Unique<T>(this StoreOptions options, string name, params string[] columns) =>
        options.Of<T>(x => x.Indexes.Add(new DocumentIndex(x, columns) { Name = name, IsUnique = true }));

    /// <summary>A trigram index that finds a column's rows by any part of its text.</summary>
    /// <remarks>
    /// Needs PostgreSQL's extension pg_trgm, which the database's owner may create since version 13, and which comes with the server or its
    /// contrib package. The index is over the text in lower case: a query uses it as <c>lower(column) like lower(…)</c>. PostgreSQL never
    /// chooses it for a plain comparison of the column, for which it is a hundred times slower than another index.
    /// </remarks>
    /// <param name="options">The store's options.</param>
    /// <param name="column">Its name in the database.</param>
    public static StoreOptions Trigrams<T>(this StoreOptions options, string column)
    {
        if (!options.Storage.ExtendedSchemaObjects.OfType<Extension>().Any())
            options.Storage.ExtendedSchemaObjects.Add(new Extension("pg_trgm"));
        return options.Of<T>(x =>
            x.Indexes.Add(
                new DocumentIndex(x, column)
                {
                    Name = $"{x.TableName.Name}_idx_{column}_trigrams",
                    Method = IndexMethod.gin,
                    Mask = "lower(?) gin_trgm_ops",
                }
            )
        );
    }

    private static StoreOptions Of<T>(this StoreOptions options, Action<DocumentMapping> configure)
    {
        // Otherwise the first write creates the table, on several nodes at once, and SQL that reads the table fails until then.
        options.RegisterDocumentType<T>();
        options.Policies.ForAllDocuments(x =>
        {
            if (x.DocumentType == typeof(T))
                configure(x);
        });
        return options;
    }
}
