using System.Xml.Linq;
using FollowUp.Platform.EventStore;
using Marten;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;
using NpgsqlTypes;

namespace FollowUp.Applications.Pages;

/// <summary>A key of data protection, in the framework's XML.</summary>
public sealed record ProtectionKey(string Id, string Xml);

/// <summary>
/// Stores the keys of data protection in the database, for all nodes. The framework's interface is synchronous and is called a few times a
/// day.
/// </summary>
internal sealed class ProtectionKeys(NpgsqlDataSource database, IDocumentStore store) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var command = database.CreateCommand("select data ->> 'xml' from followup.mt_doc_protectionkey");
        using var reader = command.ExecuteReader();
        var keys = new List<XElement>();
        while (reader.Read())
            keys.Add(XElement.Parse(reader.GetString(0)));
        return keys;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var command = database.CreateCommand(
            "insert into followup.mt_doc_protectionkey (id, data, mt_dotnet_type) values (@id, @data, @type) on conflict (id) do nothing"
        );
        var key = new ProtectionKey(friendlyName, element.ToString(SaveOptions.DisableFormatting));
        command.Parameters.AddText("id", key.Id);
        command.Parameters.Add(new NpgsqlParameter("data", NpgsqlDbType.Jsonb) { Value = store.Options.Serializer().ToJson(key) });
        command.Parameters.AddText("type", typeof(ProtectionKey).FullName);
        command.ExecuteNonQuery();
    }
}
