namespace FollowUp.Harness;

/// <summary>
/// What <c>follow-up.due</c> promises, over all messages of a pair: at most one for each due date in force, none for a follow-up that is
/// made, and none for what the same cause ended.
/// </summary>
internal sealed class DuePromise
{
    private sealed class Slot
    {
        public string? DueAt { get; set; }
        public bool IsMade { get; set; }
        public string? Cause { get; set; }
    }

    private readonly Dictionary<(string Application, long Stage), Slot> _slots = [];
    private readonly HashSet<string> _seen = [];

    /// <summary>What a message breaks; null if it keeps the promise. Messages come in the order of their arrival.</summary>
    public string? Broken(Message message)
    {
        if (
            message.IsOurs
            || message.Source != "/followup/scheduler"
            || !message.Type.StartsWith("followup.follow-up.", StringComparison.Ordinal)
            || message.Data.Number("stage") is not { } stage
            || !_seen.Add(message.Id)
        )
            return null;
        if (!_slots.TryGetValue((message.Subject, stage), out var slot))
            _slots[(message.Subject, stage)] = slot = new();
        var cause = message.Json.Text("causationid");
        switch (message.Type["followup.follow-up.".Length..^".v1".Length])
        {
            case "due":
                var dueAt = message.Data.Text("dueAt");
                var complaint =
                    slot.IsMade ? "A follow-up that is made is due."
                    : slot.DueAt == dueAt ? $"It was due at {dueAt} before."
                    : null;
                (slot.DueAt, slot.Cause) = (dueAt, cause);
                return complaint;
            case "planned" when message.Data.Text("dueAt") != slot.DueAt:
                slot.DueAt = null;
                return null;
            case "settled":
                slot.IsMade = true;
                return Ended();
            case "retracted":
                (slot.IsMade, slot.DueAt) = (false, null);
                return null;
            case "waived" or "lapsed" or "withheld":
                return Ended();
            default:
                return null;
        }

        string? Ended()
        {
            var isOneCause = slot.DueAt is not null && slot.Cause is not null && slot.Cause == cause;
            slot.DueAt = null;
            return isOneCause ? "It was announced as due by what ended it." : null;
        }
    }
}
