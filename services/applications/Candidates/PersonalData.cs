using Marten;

namespace FollowUp.Applications.Candidates;

/// <summary>Documents outside this library that hold a candidate's personal data, and are erased with the candidate.</summary>
internal interface IPersonalData
{
    /// <summary>Deletes these documents, in the transaction that erases the candidate.</summary>
    void Erase(IDocumentSession session, string team, string candidate);
}
