using System.Globalization;
using FollowUp.Chaos;

var (minutes, seed, without) = (10.0, Random.Shared.Next(), new List<string>());
for (var i = 0; i < args.Length; i += 2)
{
    var value = i + 1 < args.Length ? args[i + 1] : "";
    var isRight = args[i] switch
    {
        "--minutes" => double.TryParse(value, CultureInfo.InvariantCulture, out minutes) && minutes is > 0 and <= 24 * 60,
        "--seed" => int.TryParse(value, CultureInfo.InvariantCulture, out seed) && seed >= 0,
        "--without" => AddTo(without, value.Split(',')),
        _ => false,
    };
    if (!isRight)
        return Usage();
}

var report = await ChaosRun.Run(TimeSpan.FromMinutes(minutes), seed, without, Console.Error.WriteLine);
Console.WriteLine(report);
if (report.IsGood)
    return 0;
var details = Path.Combine(Service.Logs, "chaos.txt");
await File.WriteAllTextAsync(details, report.Details);
Console.WriteLine($"All findings, and what is known of their applications: {details}");
return 1;

static bool AddTo(List<string> all, string[] names)
{
    all.AddRange(names);
    return names.All(x => FaultKind.All.Any(y => y.Name == x)) && all.Distinct().Count() < FaultKind.All.Count;
}

static int Usage()
{
    Console.Error.WriteLine(
        $"""
        ./followup chaos [--minutes N] [--seed S] [--without FAULT,...]

        Starts two nodes of Applications and of the Scheduler with their own PostgreSQL and RabbitMQ, loads them over HTTP and AMQP, breaks
        one component after the other in the order of a seed for N minutes (10), and compares at the end every acknowledged command with
        what is recorded, shown, fed and published. It ends with 1 when a promise is broken. docs/reliability.md says how to read it.

        The faults: {string.Join(", ", FaultKind.All.Select(x => x.Name))}
        """
    );
    return 2;
}
