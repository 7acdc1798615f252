using System.Xml.Linq;
using FollowUp.Platform.EventStore;
using Marten;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;
using NpgsqlTypes;

namespace FollowUp.Applications.Pages;

/// <summary>A key that seals cookies and forms, as the framework writes it.</summary>
public sealed record ProtectionKey(string Id, string Xml);

/// <summary>Keeps those keys where all nodes find them. The framework asks without waiting, and a few times a day.</summary>
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
