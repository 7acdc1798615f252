using System.Text.RegularExpressions;
using FollowUp.Contracts.Tool;
using Marten;
using ApplicationsDescription = FollowUp.Applications.ApplicationsService;
using SchedulerDescription = FollowUp.Scheduler.SchedulerService;

namespace FollowUp.Specs.Guards;

/// <summary>A table that SQL names is created before the service starts, not at the first write.</summary>
public sealed partial class TableSpecs
{
    [Theory]
    [InlineData("applications"), InlineData("scheduler")]
    public void Every_table_that_SQL_names_is_made_at_the_start(string service)
    {
        var description = service == "applications" ? ApplicationsDescription.Definition : SchedulerDescription.Definition;
        using var store = DocumentStore.For(options =>
        {
            options.Connection("Host=nowhere");
            options.DatabaseSchemaName = "followup";
            description.Store(options);
        });
        var made = store.Storage.ToDatabaseScript();
        var named = Directory
            .GetFiles(Path.Combine(Repository.Root, "services", service), "*.cs", SearchOption.AllDirectories)
            .Where(x => !x.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(x => Tables().Matches(File.ReadAllText(x)))
            .Select(x => x.Value)
            .Distinct()
            .ToArray();

        Assert.NotEmpty(named);
        Assert.All(named, x => Assert.Contains($"CREATE TABLE IF NOT EXISTS {x} (", made, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"followup\.mt_doc_\w+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Tables();
}
