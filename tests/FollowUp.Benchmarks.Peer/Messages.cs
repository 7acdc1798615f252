namespace FollowUp.Benchmarks.Peer;

#pragma warning disable CS1591 // the names say it

public sealed record Employer(string Name);

public sealed record Posting(string Title);

/// <summary>The body of a submission, as the pair takes it.</summary>
public sealed record Submission(string Candidate, Employer Employer, Posting Posting);

/// <param name="Began">When the request came, by the clock of <see cref="System.Diagnostics.Stopwatch"/>: all processes share it.</param>
public sealed record Submitted(Guid Id, string Candidate, string Employer, string Title, DateTimeOffset At, long Began);

public sealed record Planned(Guid Id, string Candidate, DateTimeOffset DueAt, long Began);

/// <summary>The list's row.</summary>
public sealed record Row(Guid Id, string Candidate, string Employer, string Title, DateTimeOffset At);

/// <summary>The agenda's row in the second process, and in the first one what it shows of the plan.</summary>
public sealed record Slot(Guid Id, string Candidate, DateTimeOffset DueAt);
