namespace FollowUp.Applications.Pages.Actions;

/// <summary>The actions on a follow-up, for every page that shows <see cref="SlotActions"/>.</summary>
internal static class ActionRoutes
{
    public static void Map(IEndpointRouteBuilder app)
    {
        ClaimAction.Map(app);
        RecordAction.Map(app);
        ReleaseAction.Map(app);
        SnoozeAction.Map(app);
        AssignAction.Map(app);
        OverrideAction.Map(app);
        CloseAction.Map(app);
    }
}
