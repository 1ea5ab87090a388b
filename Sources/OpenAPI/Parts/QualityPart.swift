extension DocumentPart {
    /// How well it plays.
    static let quality = DocumentPart(
        #"""
        {
          "under": "Analytics",
          "paths": {
            "/v1/analytics/quality": {
              "get": {
                "operationId": "getQuality",
                "summary": "How well playback went",
                "x-role": "read",
                "parameters": [
                  {"$ref": "#/components/parameters/StartDate"},
                  {"$ref": "#/components/parameters/EndDate"},
                  {"$ref": "#/components/parameters/TimeZone"},
                  {"$ref": "#/components/parameters/BucketLength"},
                  {"$ref": "#/components/parameters/Compare"}
                ],
                "responses": {
                  "200": {
                    "description": "The figures.",
                    "data": {
                      "type": "object",
                      "required": [
                        "range",
                        "views",
                        "viewings",
                        "plays",
                        "startupP50",
                        "startupP95",
                        "rebuffers",
                        "rebufferRate",
                        "errors",
                        "errorRate",
                        "startupTargets",
                        "avgRebufferDuration",
                        "errorsByType",
                        "topErrors",
                        "affectedContent",
                        "timeseries"
                      ],
                      "properties": {
                        "range": {"$ref": "#/components/schemas/FigureRange"},
                        "views": {"$ref": "#/components/schemas/Count"},
                        "viewings": {"$ref": "#/components/schemas/Count"},
                        "plays": {"$ref": "#/components/schemas/Count"},
                        "startupP50": {"type": ["number", "null"]},
                        "startupP95": {"type": ["number", "null"]},
                        "rebuffers": {"$ref": "#/components/schemas/Count"},
                        "rebufferRate": {"type": ["number", "null"]},
                        "errors": {"$ref": "#/components/schemas/Count"},
                        "errorRate": {"type": ["number", "null"]},
                        "startupTargets": {
                          "type": "object",
                          "required": ["p50", "p95"],
                          "properties": {
                            "p50": {"$ref": "#/components/schemas/Count"},
                            "p95": {"$ref": "#/components/schemas/Count"}
                          }
                        },
                        "avgRebufferDuration": {"type": ["number", "null"]},
                        "errorsByType": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["errorType", "errors", "share"],
                            "properties": {
                              "errorType": {"type": ["string", "null"]},
                              "errors": {"$ref": "#/components/schemas/Count"},
                              "share": {"type": ["number", "null"]}
                            }
                          }
                        },
                        "topErrors": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["errorCode", "errors"],
                            "properties": {
                              "errorCode": {"type": ["string", "null"]},
                              "errors": {"$ref": "#/components/schemas/Count"}
                            }
                          }
                        },
                        "affectedContent": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["contentId", "plays", "errors", "errorRate"],
                            "properties": {
                              "contentId": {"type": "string"},
                              "plays": {"$ref": "#/components/schemas/Count"},
                              "errors": {"$ref": "#/components/schemas/Count"},
                              "errorRate": {"type": ["number", "null"]}
                            }
                          }
                        },
                        "timeseries": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": [
                              "start",
                              "views",
                              "viewings",
                              "plays",
                              "startupP50",
                              "startupP95",
                              "rebuffers",
                              "rebufferRate",
                              "errors",
                              "errorRate"
                            ],
                            "properties": {
                              "start": {"$ref": "#/components/schemas/Time"},
                              "views": {"$ref": "#/components/schemas/Count"},
                              "viewings": {"$ref": "#/components/schemas/Count"},
                              "plays": {"$ref": "#/components/schemas/Count"},
                              "startupP50": {"type": ["number", "null"]},
                              "startupP95": {"type": ["number", "null"]},
                              "rebuffers": {"$ref": "#/components/schemas/Count"},
                              "rebufferRate": {"type": ["number", "null"]},
                              "errors": {"$ref": "#/components/schemas/Count"},
                              "errorRate": {"type": ["number", "null"]}
                            }
                          }
                        },
                        "previous": {"$ref": "#/components/schemas/FiguresBefore"},
                        "change": {"$ref": "#/components/schemas/FigureChange"}
                      }
                    },
                    "meta": {"$ref": "#/components/schemas/QuestionMeta"},
                    "headers": {"X-EventLog-Partial": {"$ref": "#/components/headers/Partial"}}
                  },
                  "422": "The answer would pass a limit (reason `limit`).",
                  "429": "`RATE_LIMITED`: this user has 16 queries running."
                }
              }
            }
          }
        }
        """#)
}
