using Marten;

namespace FollowUp.Applications.Candidates;

/// <summary>Documents outside this library that hold personal data of a candidate, and are erased with the candidate.</summary>
internal interface IPersonalData
{
    /// <summary>Deletes them, in the transaction that erases the candidate.</summary>
    void Erase(IDocumentSession session, string team, string candidate);
}
