namespace FollowUp.Contracts.MassTransit;

/// <summary>A command was not carried out.</summary>
/// <param name="rejected">Why, and whether it may be tried again.</param>
public sealed class CommandRejectedException(CommandRejected rejected) : Exception(rejected.Detail)
{
    /// <summary>The reply: code, title and detail, the same as of the HTTP problem.</summary>
    public CommandRejected Rejected { get; } = rejected;
}
