using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace FollowUp.Platform.Http;

// See docs/decisions/0022-refusals-are-codes-with-values.md
/// <summary>The HTTP status of each refusal, by its code. This table is the only place that knows it.</summary>
public static class RefusalStatus
{
    /// <summary>The codes that are not answered with 409, the status of a refusal by a rule.</summary>
    private static readonly FrozenDictionary<string, int> ByCode = new (int Status, string[] Codes)[]
    {
        (
            StatusCodes.Status400BadRequest,
            [
                "anotherStore",
                "badExport",
                "badData",
                "badIdempotencyKey",
                "badIfMatch",
                "badInput",
                "badMap",
                "badRequest",
                "badStatusMap",
                "badValue",
                "badWorkbook",
                "duplicateProperty",
                "empty",
                "formExpired",
                "incompleteExport",
                "malformedJson",
                "mappedHeaderMissing",
                "missingColumn",
                "missingProperty",
                "notCsv",
                "notSignedIn",
                "severalPeople",
                "tooManyAlike",
                "tooManyColumns",
                "tooManyRows",
                "unknownEncoding",
                "unknownExportVersion",
                "unknownProperty",
                "unknownSheet",
                "unknownType",
                "workbookTooLarge",
            ]
        ),
        (StatusCodes.Status401Unauthorized, ["unauthenticated"]),
        (StatusCodes.Status403Forbidden, ["forbidden", "foreignReplyTo", "foreignTeam", "mayNotCommand", "unverifiedSender"]),
        (
            StatusCodes.Status404NotFound,
            [
                "unknownApplication",
                "unknownCalendar",
                "unknownCandidate",
                "unknownClaim",
                "unknownContact",
                "unknownFact",
                "unknownImport",
                "unknownIntegration",
                "unknownInterview",
                "unknownKey",
                "unknownMessage",
                "unknownReplay",
                "unknownReport",
                "unknownStage",
                "unknownVersion",
            ]
        ),
        (StatusCodes.Status408RequestTimeout, ["requestTimeout"]),
        (StatusCodes.Status413PayloadTooLarge, ["tooLarge"]),
        (StatusCodes.Status415UnsupportedMediaType, ["notAForm", "notJson", "wrongContentType"]),
        (StatusCodes.Status422UnprocessableEntity, ["idempotencyKeyReused"]),
        (StatusCodes.Status429TooManyRequests, ["tooManyReplays", "tooManyStreams"]),
        (StatusCodes.Status431RequestHeaderFieldsTooLarge, ["headersTooLarge"]),
        (StatusCodes.Status500InternalServerError, ["internalError"]),
        (StatusCodes.Status502BadGateway, ["brokerRefused"]),
        (
            StatusCodes.Status503ServiceUnavailable,
            ["behind", "brokerUnavailable", "brokerUnreachable", "busy", "issuerUnreachable", "schedulerUnreachable", "storeUnavailable"]
        ),
    }
        .SelectMany(x => x.Codes.Select(code => KeyValuePair.Create(code, x.Status)))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The HTTP status of a code; 409 for a rule's.</summary>
    /// <param name="code">The refusal's code.</param>
    public static int Of(string code) => ByCode.GetValueOrDefault(code, StatusCodes.Status409Conflict);

    /// <summary>The HTTP status of a refusal.</summary>
    /// <param name="refused">The refusal.</param>
    public static int HttpStatus(this RefusedException refused) => Of(refused.Code);

    /// <summary>Whether the same request may succeed later without any change.</summary>
    /// <param name="refused">The refusal.</param>
    public static bool IsTemporary(this RefusedException refused) => refused.HttpStatus() == StatusCodes.Status503ServiceUnavailable;
}
