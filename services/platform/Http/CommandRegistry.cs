namespace FollowUp.Platform.Http;

/// <summary>The commands of a service.</summary>
/// <typeparam name="TDefinition">What the service registers for each.</typeparam>
/// <param name="all">One definition a command.</param>
public sealed class CommandRegistry<TDefinition>(IReadOnlyList<TDefinition> all)
    where TDefinition : ICommandRegistration
{
    private readonly Dictionary<Type, TDefinition> _byType = all.ToDictionary(x => x.Command);

    /// <summary>Every command.</summary>
    public IReadOnlyList<TDefinition> All => all;

    /// <summary>The definition of a command.</summary>
    /// <param name="command">The contract's record.</param>
    /// <exception cref="RefusedException"><c>unknownType</c>: it is none of this service's.</exception>
    public TDefinition Of(object command) =>
        _byType.GetValueOrDefault(command.GetType())
        ?? throw new RefusedException("unknownType", "This service does not take that command.");
}
