extension DocumentPart {
    /// What the document begins with, and what all operations share.
    static let base = DocumentPart(
        #"""
        {
          "openapi": "3.1.0",
          "info": {
            "title": "EventLog",
            "summary": "A local store of engagement events.",
            "description": [
              "HTTP/1.1 on the daemon's Unix socket (`curl --unix-socket eventlog.sock",
              "http://localhost/v1/status`) and, if it is set so, on a loopback address. The",
              "same, with reasons, stands in docs/Protocol.md.",
              "",
              "**Access.** Over TCP every request needs a key; on a Unix socket the user who",
              "connects decides, unless the daemon is set to ask for keys there too. Each",
              "operation names its role in `x-role`: `ingest` (send; publishable keys `pk_…` have",
              "no other), `read` (ask and export), `admin` (change what is stored). Secret keys",
              "`sk_…` have all.",
              "",
              "**Envelopes.** Success is `{\"data\":…,\"meta\":{\"requestId\":…}}`, failure",
              "`{\"error\":{\"code\",\"message\",\"details\":[{\"field\",\"reason\"}]},\"meta\":…}`.",
              "Answers may get further members; none is taken away.",
              "",
              "**Methods.** HEAD goes where GET goes. OPTIONS is answered by `Allow`, to whoever",
              "is let in. Any other method that a path does not have is 405 with `Allow`. There",
              "is no CORS: pages of other origins are not to ask.",
              "",
              "**Parameters.** A parameter that an operation does not have is refused (400",
              "`INVALID_PARAMETER`): a misspelt `dryRun` must not do what was only to be tried.",
              "Of a name that comes twice, the last value counts. Unknown members of a body are",
              "passed over, but for events, which keep them, and for filters, which refuse them.",
              "",
              "**Limits.** Lengths of texts are bytes of UTF-8; limits are the defaults, and some",
              "are settings (docs/Configuration.md). Times in texts are RFC 3339, in numbers",
              "microseconds since 1970 UTC, unless a unit is named."
            ]
          },
          "servers": [
            {
              "url": "/",
              "description": [
                "Where this document comes from; on a Unix socket the host is not looked at."
              ]
            }
          ],
          "tags": [],
          "paths": {},
          "components": {
            "securitySchemes": {
              "key": {
                "type": "http",
                "scheme": "bearer",
                "description": [
                  "A key made by `eventlog key create`: `pk_live_…`, `sk_live_…`, or `_test_` for",
                  "a store of trials. Not looked at on a Unix socket, unless `auth.requireKey` is",
                  "set."
                ]
              }
            },
            "parameters": {
              "IdempotencyKey": {
                "name": "Idempotency-Key",
                "in": "header",
                "description": [
                  "The first answer is given again to every repeat with this key for 24 hours. A",
                  "key belongs to one producer, method and path."
                ],
                "schema": {
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 255,
                  "pattern": "^[\\u0020-\\u007e]*$"
                },
                "example": "upload-2026-11-27-0001"
              },
              "DryRun": {
                "name": "dryRun",
                "in": "query",
                "description": "Only tells what would be done.",
                "schema": {"$ref": "#/components/schemas/Flag"}
              },
              "Now": {
                "name": "now",
                "in": "query",
                "description": "Waits for nothing.",
                "schema": {"$ref": "#/components/schemas/Flag"}
              },
              "StartDate": {
                "name": "startDate",
                "in": "query",
                "description": ["A day of the zone, or an instant. Without it, from the first event on."],
                "schema": {"type": "string", "examples": ["2026-11-01"]}
              },
              "EndDate": {
                "name": "endDate",
                "in": "query",
                "description": ["A day of the zone, which is in it, or an instant, which is not."],
                "schema": {"type": "string", "examples": ["2026-11-30"]}
              },
              "TimeZone": {
                "name": "timeZone",
                "in": "query",
                "description": ["`Europe/Berlin`, `+02:00`; UTC if not said."],
                "schema": {"type": "string"}
              },
              "BucketLength": {
                "name": "granularity",
                "in": "query",
                "schema": {"$ref": "#/components/schemas/Granularity"}
              },
              "Compare": {
                "name": "compare",
                "in": "query",
                "description": ["Whether the time before is told, too."],
                "schema": {"type": "string", "enum": ["true", "false", "previous"]}
              },
              "User": {
                "name": "id",
                "in": "path",
                "required": true,
                "description": "A user id, escaped.",
                "schema": {"$ref": "#/components/schemas/UserId"},
                "example": "user_123"
              }
            },
            "headers": {
              "RequestId": {
                "description": [
                  "The same as `meta.requestId`, except in a replay, whose body is the first",
                  "answer's."
                ],
                "schema": {"$ref": "#/components/schemas/RequestId"}
              },
              "RetryAfter": {
                "description": "Seconds after which the same request may succeed.",
                "schema": {"type": "integer", "minimum": 0}
              },
              "Replayed": {
                "description": "`true`: this answer was given before, to the same Idempotency-Key.",
                "schema": {"type": "string", "enum": ["true"]}
              },
              "Rows": {
                "description": "How many rows the answer has.",
                "schema": {"type": "integer", "minimum": 0}
              },
              "Partial": {
                "description": "`true`: damaged bytes had to be left out.",
                "schema": {"type": "string", "enum": ["true"]}
              },
              "Notice": {
                "description": "What may have been overlooked; as often as there are some.",
                "schema": {"type": "string"}
              },
              "Location": {
                "description": "Where to ask what becomes of it.",
                "schema": {"type": "string"}
              },
              "Authenticate": {
                "description": "`Bearer`: a key goes into `Authorization`.",
                "schema": {"type": "string"}
              },
              "AcceptEncoding": {
                "description": "The only coding of a body: `gzip`; where a coding was the reason.",
                "schema": {"type": "string"}
              }
            },
            "responses": {
              "Invalid": {
                "description": [
                  "The request is wrong: `INVALID_REQUEST`, `VALIDATION_ERROR`,",
                  "`MISSING_PARAMETER`, `INVALID_PARAMETER`. `details` names every wrong field."
                ]
              },
              "Unauthorized": {
                "description": [
                  "A key is needed, or this one is none: `UNAUTHORIZED`, `KEY_REVOKED`,",
                  "`KEY_EXPIRED`."
                ],
                "headers": {"WWW-Authenticate": {"$ref": "#/components/headers/Authenticate"}}
              },
              "Forbidden": {
                "description": [
                  "`FORBIDDEN`: the role is missing. `ENVIRONMENT_MISMATCH`: a test key in a live",
                  "store, or the other way round."
                ]
              },
              "Timeout": {"description": "The request began, and too little followed for 10 s."},
              "Misdirected": {
                "description": ["Over TCP: `Host` is no name of the loopback address."]
              },
              "TooLarge": {
                "description": [
                  "The body is larger than this operation takes, or inflates too much."
                ]
              },
              "TargetTooLong": {"description": "The request line is longer than 64 KiB."},
              "Unsupported": {
                "description": "A body, or a `Content-Encoding`, that is not known.",
                "headers": {"Accept-Encoding": {"$ref": "#/components/headers/AcceptEncoding"}}
              },
              "ExpectationFailed": {"description": "An expectation other than `100-continue`."},
              "HeadTooLarge": {"description": "More than 100 header fields, or 32 KiB of them."},
              "Unavailable": {
                "description": [
                  "`SERVICE_UNAVAILABLE`, with a reason: `disk_full`, `io`, `busy`, `deadline`,",
                  "`cancelled`, `shutdown`, `keys`. The same request may succeed later."
                ],
                "headers": {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}
              },
              "InternalError": {
                "description": [
                  "`INTERNAL_ERROR`: the daemon failed to answer; its log may say more."
                ]
              }
            },
            "schemas": {
              "RequestId": {
                "type": "string",
                "pattern": "^req_[0-9a-z]{13}$",
                "example": "req_09mh0ruy10vxv"
              },
              "Meta": {
                "type": "object",
                "required": ["requestId"],
                "properties": {"requestId": {"$ref": "#/components/schemas/RequestId"}}
              },
              "Detail": {
                "type": "object",
                "required": ["field", "reason"],
                "properties": {"field": {"type": "string"}, "reason": {"type": "string"}}
              },
              "ErrorCode": {
                "type": "string",
                "enum": [
                  "CONFLICT", "ENVIRONMENT_MISMATCH", "FORBIDDEN", "GONE", "INTERNAL_ERROR",
                  "INVALID_PARAMETER", "INVALID_REQUEST", "KEY_EXPIRED", "KEY_REVOKED",
                  "MISSING_PARAMETER", "NOT_FOUND", "QUOTA_EXCEEDED", "RATE_LIMITED",
                  "SERVICE_UNAVAILABLE", "UNAUTHORIZED", "VALIDATION_ERROR"
                ]
              },
              "Failure": {
                "type": "object",
                "required": ["error", "meta"],
                "properties": {
                  "error": {
                    "type": "object",
                    "required": ["code", "message", "details"],
                    "properties": {
                      "code": {"$ref": "#/components/schemas/ErrorCode"},
                      "message": {
                        "type": "string",
                        "description": "One sentence: what is wrong, and what would be right."
                      },
                      "details": {
                        "type": "array",
                        "items": {"$ref": "#/components/schemas/Detail"}
                      },
                      "reason": {
                        "type": "string",
                        "description": [
                          "Where the code does not say it all: `disk_full`, `busy`, `limit`, …"
                        ]
                      },
                      "retryable": {
                        "type": "boolean",
                        "description": "true: the same request may succeed later."
                      },
                      "byteOffset": {
                        "type": "integer",
                        "minimum": 0,
                        "description": "Where in the body the bytes stop making sense."
                      },
                      "line": {
                        "type": "integer",
                        "minimum": 1,
                        "description": "Of a query, where it is wrong."
                      },
                      "column": {"type": "integer", "minimum": 1},
                      "caret": {
                        "type": "string",
                        "description": "The text of the query with a mark under the place."
                      }
                    }
                  },
                  "data": {
                    "$ref": "#/components/schemas/EventsReceived",
                    "description": "Of NDJSON: what was stored all the same."
                  },
                  "meta": {"$ref": "#/components/schemas/Meta"}
                }
              },
              "DryRun": {"type": ["boolean", "null"]},
              "Time": {
                "type": "string",
                "format": "date-time",
                "example": "2026-11-27T10:15:00.000Z"
              },
              "Count": {"type": "integer", "minimum": 0},
              "Microseconds": {"type": "integer", "description": "Microseconds since 1970 UTC."},
              "Flag": {
                "type": "string",
                "enum": ["true", "false", "1", "0", ""],
                "description": "The name alone means `true`."
              },
              "Id": {
                "type": "string",
                "minLength": 1,
                "maxLength": 512,
                "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"
              },
              "Nobody": {
                "description": "What clients send where there is no user, in any letter case.",
                "enum": [
                  "", "0", "[object object]", "anonymous", "distinct_id", "false", "guest", "id",
                  "nan", "none", "not_authenticated", "null", "true", "undefined"
                ]
              },
              "UserId": {
                "type": "string",
                "minLength": 1,
                "maxLength": 512,
                "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$",
                "not": {"$ref": "#/components/schemas/Nobody"}
              },
              "Damage": {
                "type": "object",
                "required": ["file", "message"],
                "properties": {
                  "file": {"type": "string"},
                  "byteRange": {
                    "type": "array",
                    "minItems": 2,
                    "maxItems": 2,
                    "items": {"type": "integer"}
                  },
                  "timeRangeMicroseconds": {
                    "type": "array",
                    "minItems": 2,
                    "maxItems": 2,
                    "items": {"$ref": "#/components/schemas/Microseconds"}
                  },
                  "rows": {"$ref": "#/components/schemas/Count"},
                  "message": {"type": "string"}
                }
              },
              "Date": {"type": "string", "format": "date", "example": "2026-11-27"},
              "Sentences": {"type": "array", "items": {"type": "string"}}
            }
          }
        }
        """#)
}
