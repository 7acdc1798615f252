namespace FollowUp.Applications.Pages.Actions;

/// <summary>The actions on a follow-up, for every page that shows <see cref="SlotActions"/>.</summary>
internal static class ActionRoutes
{
    public static void Map(IEndpointRouteBuilder app)
    {
        ClaimIt.Map(app);
        RecordDone.Map(app);
        LetGo.Map(app);
        PutOff.Map(app);
        AssignIt.Map(app);
        OverrideIt.Map(app);
        CloseIt.Map(app);
    }
}
