using System.Globalization;
using CsvHelper;

namespace FollowUp.Applications.Import;

/// <summary>
/// A sample sheet for trying the services, whose dates are always recent. Every employer and person in it is fictional; telephone numbers
/// and addresses are from the ranges reserved for fiction and examples.
/// </summary>
public static class SampleSheet
{
    private static readonly string[] Headers =
    [
        "Candidate",
        "Company",
        "Position",
        "Date Applied",
        "Status",
        "Approach",
        "Hiring process",
        "Contact",
        "Contact role",
        "Contact email",
        "Phone",
        "Link",
        "Closing date",
        "Follow-up date",
        "Interview date",
        "Response date",
        "Followed up on",
        "Notes",
    ];

    // Days are counted from today; negative numbers are in the past. They keep a distance from the edges of each window, so that weekends
    // and a holiday change nothing. The comment above a row tells its slot's state under the default policy.
    private static readonly Row[] Rows =
    [
        // due: owner-run, 4 business days
        new(101, "Hollowbrook Bakery", "Counter clerk", -11, "Applied", "Direct")
        {
            Process = "Small business",
            Contact = new("Ida Marlow", "Owner", "ida.marlow@example.org", "555-0101"),
            Notes = "Closed on Mondays",
        },
        // due: personnel office, 7
        new(101, "Quillfeather Press", "Editorial assistant", -15, "Applied", "Direct")
        {
            Process = "Personnel office",
            Contact = new("Personnel office", "Other", "jobs@example.com"),
        },
        // due: corporate, 15; the recruiter is known
        new(102, "Northmere Insurance", "Claims analyst", -28, "Submitted", "Direct")
        {
            Process = "Corporate HR",
            Contact = new("Peter Oduya", "Recruiter", "p.oduya@example.net"),
            Link = "https://example.com/careers/4411",
        },
        // due: management team
        new(102, "Tallis & Wren Architects", "Office manager", -15, "Applied", "Direct")
        {
            Process = "Management team",
            Contact = new("Greta Wren", "Hiring manager", "g.wren@example.org", "555-0119"),
        },
        // due: job board, 10
        new(103, "Larkspur Robotics", "Field technician", -20, "Waiting", "Job board") { Link = "https://example.org/board/88120" },
        // due: through the referrer, 5
        new(103, "Osprey Lane Dental", "Receptionist", -12, "Applied", "Referral")
        {
            Contact = new("Samir Holt", "Referrer", Phone: "555-0123"),
            Notes = "Samir works in the practice next door\nand knows the owner",
        },
        // due: outsourced, but the agency's recruiter is known
        new(104, "Copperfield Logistics", "Dispatcher", -12, "Applied", "Agency")
        {
            Process = "Agency recruits",
            Contact = new("Lena Brandt", "Recruiter", "lena.brandt@example.net", "030 23125 014"),
        },
        // due: 5 after the closing date
        new(104, "Brightwater Library", "Archivist", -22, "Applied", "Direct") { ClosesOn = -12, Process = "Personnel office" },
        // due: the letter promised a call
        new(101, "Amberley Tools", "Warehouse lead", -13, "Applied", "Direct")
        {
            Promised = -4,
            Contact = new("Noor Aziz", "Hiring manager", "noor.aziz@example.com", "555-0108"),
            Notes = "Letter says: I will call",
        },
        // due: 5 after the interview
        new(102, "Juniper Hill Hospital", "Ward clerk", -30, "Interviewed", "Job board")
        {
            InterviewOn = -12,
            Process = "Personnel office",
            Contact = new("Ward office", "Other", "ward7@example.org"),
        },
        // due: a mass mailing, but a contact is known
        new(103, "Pinecrest Catering", "Event assistant", -15, "Applied", "Mass mailing")
        {
            Contact = new("Joel Ferris", "Other", "joel@example.com"),
        },
        // planned: sent today
        new(102, "Saltmarsh Studios", "Junior animator", 0, "Sent", "Direct"),
        // planned: owner-run, yesterday
        new(101, "Fenwick & Daughter Garage", "Apprentice mechanic", -1, "Applied", "Direct")
        {
            Process = "Small business",
            Contact = new("Ms Fenwick", "Owner", Phone: "555-0142"),
        },
        // planned: unknown hiring process
        new(102, "Blue Heron Analytics", "Data analyst", -3, "Applied", "Direct"),
        // planned: corporate, a long wait
        new(103, "Grand Meridian Hotels", "Night auditor", -6, "Applied", "Direct") { Process = "Corporate" },
        // planned: job board
        new(104, "Thistledown Software", "Support engineer", -4, "Applied", "Job board"),
        // planned: other candidates can still apply
        new(101, "Wexcombe Town Council", "Clerk to the council", -2, "Applied", "Direct")
        {
            ClosesOn = 10,
            Link = "https://example.org/council/vacancies/17",
        },
        // planned: the promised day is still to come
        new(102, "Ravensworth Museum", "Exhibitions assistant", -3, "Applied", "Direct") { Promised = 6 },
        // stage 1 waived, stage 2 planned: the interview is still to come
        new(103, "Kestrel Freight", "Fleet coordinator", -14, "Interview scheduled", "Job board")
        {
            InterviewOn = 4,
            Contact = new("Dara Quinn", "Hiring manager", "d.quinn@example.net"),
        },
        // the same, with a second interview
        new(104, "Moorland Water", "Plant operator", -35, "2nd interview", "Direct") { InterviewOn = 9, Process = "Corporate HR" },
        // planned: the interview was the day before yesterday
        new(104, "Elderflower Care Homes", "Care assistant", -21, "Interviewing", "Referral")
        {
            InterviewOn = -2,
            Contact = new("Ruth Adeyemi", "Referrer", "ruth.a@example.org"),
        },
        // withheld: a mass mailing without a contact
        new(101, "Castellan Retail Group", "Sales assistant", -10, "Applied", "Mass mailing"),
        new(103, "Vantage Point Call Centre", "Call handler", -22, "Applied", "Mass mailing") { Process = "Corporate HR" },
        // withheld: the employer doesn't recruit itself, and the agency's recruiter isn't known
        new(102, "Ironbridge Packaging", "Line supervisor", -9, "Applied", "Agency") { Process = "Outsourced" },
        new(104, "Sandpiper Cleaning", "Team leader", -16, "Applied", "Job board") { Process = "Agency recruits" },
        // lapsed: no follow-up was made within the window
        new(101, "Gorse Hill Nursery", "Gardener", -60, "No answer yet", "Direct"),
        new(103, "Atlas Peak Telecom", "Network planner", -80, "Applied", "Direct") { Process = "Corporate HR" },
        new(104, "Dovetail Joinery", "Joiner", -45, "Waiting", "Job board"),
        new(102, "Hartwell Chemicals", "Lab technician", -75, "Interviewed", "Direct") { InterviewOn = -40 },
        // silence: a follow-up was made and got no answer
        new(101, "Mistral Travel", "Travel consultant", -62, "Applied", "Direct")
        {
            FollowedUpOn = -47,
            Contact = new("Ana Prieto", "Other", "ana.prieto@example.com"),
        },
        // made: the follow-up was made recently
        new(103, "Rookery Farm Shop", "Shop manager", -16, "Applied", "Direct") { FollowedUpOn = -2 },
        // waived: the employer answered first
        new(104, "Lanternlight Theatre", "Stage hand", -8, "In review", "Direct")
        {
            RespondedOn = -3,
            Notes = "They got it and will look at it",
        },
        // waived: the employer has made an offer
        new(101, "Silverbirch Accounting", "Bookkeeper", -40, "Offer", "Referral")
        {
            InterviewOn = -20,
            RespondedOn = -4,
            Contact = new("Miles Orchard", "Referrer", Phone: "555-0177"),
            Process = "Management team",
        },
        // closed, each for another reason
        new(102, "Summit Ridge Outfitters", "Buyer", -33, "Rejected", "Job board") { RespondedOn = -12 },
        new(103, "Foxglove Pharmacy", "Pharmacy assistant", -25, "Withdrawn", "Direct") { Notes = "The commute would be two hours" },
        new(104, "Beacon Street School", "Teaching assistant", -85, "Hired", "Referral") { InterviewOn = -60 },
        new(101, "Oakum Shipping", "Freight clerk", -70, "Declined offer", "Agency")
        {
            InterviewOn = -50,
            Process = "Outsourced",
            Contact = new("Tom Varga", "Recruiter", "t.varga@example.net"),
        },
        new(102, "Marigold Textiles", "Pattern cutter", -33, "Position filled", "Direct") { ClosesOn = -30 },
        new(103, "Zephyr Cycles", "Workshop mechanic", -120, "Ghosted", "Direct") { FollowedUpOn = -105 },
        new(104, "Halcyon Pools", "Lifeguard", -50, "Rejected", "Direct") { InterviewOn = -30, RespondedOn = -26 },
        // refused on purpose, to show a refusal in the report: the application was never submitted
        new(101, "Windmill Brewery", "Brewer's assistant", null, "Wishlist", ""),
    ];

    public static void Write(TextWriter writer, DateOnly today)
    {
        // Lines end in CRLF by default. If the configuration named CRLF, the writer wouldn't quote a cell that contains a bare line feed.
        using var csv = new CsvWriter(writer, CultureInfo.InvariantCulture, leaveOpen: true);
        WriteRow(Headers);
        foreach (var x in Rows)
            WriteRow([
                $"c-{x.Candidate}",
                x.Company,
                x.Position,
                Day(x.AppliedOn),
                x.Status,
                x.Approach,
                x.Process,
                x.Contact?.Name,
                x.Contact?.Role,
                x.Contact?.Email,
                x.Contact?.Phone,
                x.Link,
                Day(x.ClosesOn),
                Day(x.Promised),
                Day(x.InterviewOn) is { } day ? $"{day} 10:30" : null,
                Day(x.RespondedOn),
                Day(x.FollowedUpOn),
                x.Notes,
            ]);

        string? Day(int? fromToday) => fromToday is { } days ? today.AddDays(days).ToString("O", CultureInfo.InvariantCulture) : null;

        void WriteRow(string?[] cells)
        {
            foreach (var cell in cells)
                csv.WriteField(cell);
            csv.NextRecord();
        }
    }

    private sealed record Person(string Name, string Role, string? Email = null, string? Phone = null);

    private sealed record Row(int Candidate, string Company, string Position, int? AppliedOn, string Status, string Approach)
    {
        public string? Process { get; init; }
        public Person? Contact { get; init; }
        public string? Link { get; init; }
        public int? ClosesOn { get; init; }
        public int? Promised { get; init; }
        public int? InterviewOn { get; init; }
        public int? RespondedOn { get; init; }
        public int? FollowedUpOn { get; init; }
        public string? Notes { get; init; }
    }
}
