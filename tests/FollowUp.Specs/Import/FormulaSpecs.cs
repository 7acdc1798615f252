using CsCheck;
using FollowUp.Applications.Import;

namespace FollowUp.Specs.Import;

/// <summary>No cell that goes out becomes a formula, whichever delimiter a program expects.</summary>
public sealed class FormulaSpecs
{
    private static readonly Gen<string> Cell = Gen.OneOf(Gen.String, Gen.Char["=+-@\t;,' \"\nab"].Array[0, 12].Select(x => new string(x)));

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+49 30 1234", "'+49 30 1234")]
    [InlineData("Acme;=1+1", "Acme;'=1+1")]
    [InlineData("Acme, \"@SUM(A1)", "Acme, \"'@SUM(A1)")]
    [InlineData("- one\n- two", "'- one\n'- two")]
    [InlineData("'=1", "''=1")]
    [InlineData("O'Neil & Söhne, 5-6", "O'Neil & Söhne, 5-6")]
    public void What_would_begin_a_formula_has_an_apostrophe_before_it(string cell, string defused) =>
        Assert.Equal((defused, cell), (CellText.Defused(cell), CellText.Undefused(defused)));

    [Fact]
    public void No_part_between_delimiters_begins_a_formula_and_the_text_comes_back() =>
        Cell.Sample(
            cell =>
            {
                var defused = CellText.Defused(cell);
                Assert.Equal(cell, CellText.Undefused(defused));
                foreach (var part in defused.Split([';', ',', '\t', '\r', '\n']).Select(x => x.TrimStart(' ', '"')))
                    Assert.DoesNotContain(part.FirstOrDefault(), "=+-@");
            },
            iter: 20_000
        );
}
