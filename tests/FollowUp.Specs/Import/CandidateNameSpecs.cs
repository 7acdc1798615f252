using FollowUp.Applications.Import;

namespace FollowUp.Specs.Import;

/// <summary>A column with the candidates' names.</summary>
public sealed class CandidateNameSpecs
{
    private static readonly NamedCandidates People = new([
        ("c-ada", "Ada Byron"),
        ("c-grace-1", "Grace Hopper"),
        ("c-grace-2", "Grace Hopper"),
        ("c-nameless", null),
    ]);

    private static readonly SheetOptions Options = Sheets.Options with
    {
        Candidate = null,
        Map = ColumnMap.Parse("Student:candidateName"),
        People = People,
    };

    private static Sheet Read(string name, SheetOptions? options = null) =>
        Sheets.Read($"Student,Company,Position,Date Applied\n{Sheets.Quoted(name)},Acme,Clerk,2026-09-01\n", options ?? Options);

    [Theory]
    [InlineData("Ada Byron")]
    [InlineData("  ada  BYRON ")]
    [InlineData("c-ada")]
    public void A_row_is_of_the_one_candidate_with_that_name(string name) => Assert.Equal("c-ada", Read(name).Application().Candidate);

    [Theory]
    [InlineData("Ada", "unknownCandidateName")]
    [InlineData("Ada Byrom", "unknownCandidateName")]
    [InlineData("Grace Hopper", "ambiguousCandidateName")]
    [InlineData("ada@byron.example", "notACandidatesName")]
    [InlineData("2026-09-01", "notACandidatesName")]
    [InlineData("", "required")]
    public void A_name_that_does_not_tell_who_it_is_refuses_the_row(string name, string code)
    {
        var sheet = Read(name);
        Assert.Equal(code, sheet.Reason().Code);
        Assert.Equal("Student", sheet.Reason().Column);
        Assert.Equal([1], Assert.IsType<SheetRow.Refused>(sheet.Rows[0]).Cells.Select(x => x.Position));
    }

    [Fact]
    public void A_candidate_is_made_for_an_unknown_name_only_when_asked()
    {
        var sheet = Read("Ada Lovelace", Options with { NewCandidates = true });
        Assert.Equal(new NewCandidate(null, "Ada Lovelace"), sheet.Application().NewCandidate);
        Assert.Equal("ambiguousCandidateName", Read("Grace Hopper", Options with { NewCandidates = true }).Reason().Code);
        Assert.Null(Read("Ada Byron", Options with { NewCandidates = true }).Application().NewCandidate);
    }

    [Fact]
    public void One_who_is_named_differently_in_two_rows_is_one_new_candidate()
    {
        var sheet = Sheets.Read(
            "Student,Company,Position,Date Applied\nAda Lovelace,Acme,Clerk,2026-09-01\nADA lovelace,Acme,Clerk,2026-09-01\n",
            Options with
            {
                NewCandidates = true,
            }
        );
        Assert.IsType<SheetRow.Understood>(sheet.Rows[0]);
        Assert.Equal("duplicate", sheet.Reason(1).Code);
    }

    [Fact]
    public void First_and_last_name_are_one_name()
    {
        var sheet = Sheets.Read(
            "First Name,Last Name,Company,Position,Date Applied\nAda,Byron,Acme,Clerk,2026-09-01\n",
            Options with
            {
                Map = ColumnMap.Parse("First Name:candidateName,Last Name:candidateName"),
            }
        );
        Assert.Equal("c-ada", sheet.Application().Candidate);
    }

    [Fact]
    public void A_reference_beside_the_name_decides_and_is_described_when_asked()
    {
        const string csv = "Candidate,Student,Company,Position,Date Applied\nc-9,Ada Lovelace,Acme,Clerk,2026-09-01\n";
        Assert.Equal("c-9", Sheets.Read(csv, Options).Application().Candidate);
        Assert.Null(Sheets.Read(csv, Options).Application().NewCandidate);
        Assert.Equal(
            new NewCandidate("c-9", "Ada Lovelace"),
            Sheets.Read(csv, Options with { NewCandidates = true }).Application().NewCandidate
        );
    }

    [Fact]
    public void A_row_without_a_name_is_of_the_candidate_that_was_chosen_and_never_of_me()
    {
        Assert.Equal("c-7", Read("", Options with { Candidate = "c-7" }).Application().Candidate);
        Assert.Equal("required", Read("", Options).Reason().Code);
    }

    [Fact]
    public void A_column_of_several_people_is_suggested_to_have_their_names()
    {
        var refusal = Sheets.Refusal(
            "Student,Company,Position\nAda Byron,Acme,Clerk\nGrace Hopper,Globex,Cook\n",
            Options with
            {
                Map = null,
            }
        );
        Assert.Equal("severalPeople", refusal.Code);
        Assert.Equal(SheetField.CandidateName, refusal.Columns.Single(x => x.Header == "Student").Field);
        Assert.Contains("map=Student:candidateName", refusal.Sentence.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_sheets_candidates_are_those_that_its_names_mean() => Assert.Equal(["c-ada"], Read("Ada Byron").Candidates);
}
