namespace FollowUp.Applications.Pages.Actions;

/// <summary>What may be done about a follow-up, from whatever page shows <see cref="SlotActions"/>.</summary>
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
