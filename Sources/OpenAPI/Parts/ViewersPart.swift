extension DocumentPart {
    /// Who comes back, and who is there now.
    static let viewers = DocumentPart(
        #"""
        {
          "under": "Analytics",
          "paths": {
            "/v1/analytics/retention": {
              "get": {
                "operationId": "getRetention",
                "summary": "Who came back",
                "x-role": "read",
                "parameters": [
                  {"$ref": "#/components/parameters/StartDate"},
                  {"$ref": "#/components/parameters/EndDate"},
                  {"$ref": "#/components/parameters/TimeZone"},
                  {"$ref": "#/components/parameters/BucketLength"},
                  {"$ref": "#/components/parameters/Compare"},
                  {
                    "name": "days",
                    "in": "query",
                    "description": ["The last so many days, in place of `startDate` and `endDate`."],
                    "schema": {"type": "integer", "minimum": 1, "maximum": 400}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "The figures.",
                    "data": {
                      "type": "object",
                      "required": ["range", "days", "cohorts"],
                      "properties": {
                        "range": {"$ref": "#/components/schemas/FigureRange"},
                        "days": {"type": "array", "items": {"$ref": "#/components/schemas/Count"}},
                        "cohorts": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["cohort", "viewers", "retained"],
                            "properties": {
                              "cohort": {"type": "string"},
                              "viewers": {"$ref": "#/components/schemas/Count"},
                              "retained": {
                                "type": "array",
                                "items": {
                                  "type": "object",
                                  "required": ["day", "viewers", "rate"],
                                  "properties": {
                                    "day": {"$ref": "#/components/schemas/Count"},
                                    "viewers": {"type": ["integer", "null"], "minimum": 0},
                                    "rate": {"type": ["number", "null"]}
                                  }
                                }
                              }
                            }
                          }
                        }
                      }
                    },
                    "meta": {"$ref": "#/components/schemas/QuestionMeta"},
                    "headers": {"X-EventLog-Partial": {"$ref": "#/components/headers/Partial"}}
                  },
                  "422": "The answer would pass a limit (reason `limit`).",
                  "429": "`RATE_LIMITED`: this user has 16 queries running."
                }
              }
            },
            "/v1/analytics/realtime": {
              "get": {
                "operationId": "getRealtime",
                "summary": "The last minute, and the last hour by minutes",
                "x-role": "read",
                "responses": {
                  "200": {
                    "description": "The figures.",
                    "data": {
                      "type": "object",
                      "required": [
                        "asOf",
                        "windowSeconds",
                        "activeViewers",
                        "events",
                        "plays",
                        "completions",
                        "errors",
                        "minutes",
                        "topContent"
                      ],
                      "properties": {
                        "asOf": {"$ref": "#/components/schemas/Time"},
                        "windowSeconds": {"$ref": "#/components/schemas/Count"},
                        "activeViewers": {"$ref": "#/components/schemas/Count"},
                        "events": {"$ref": "#/components/schemas/Count"},
                        "plays": {"$ref": "#/components/schemas/Count"},
                        "completions": {"$ref": "#/components/schemas/Count"},
                        "errors": {"$ref": "#/components/schemas/Count"},
                        "minutes": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["start", "activeViewers", "events", "plays"],
                            "properties": {
                              "start": {"$ref": "#/components/schemas/Time"},
                              "activeViewers": {"$ref": "#/components/schemas/Count"},
                              "events": {"$ref": "#/components/schemas/Count"},
                              "plays": {"$ref": "#/components/schemas/Count"}
                            }
                          }
                        },
                        "topContent": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["contentId", "viewers", "events"],
                            "properties": {
                              "contentId": {"type": "string"},
                              "viewers": {"$ref": "#/components/schemas/Count"},
                              "events": {"$ref": "#/components/schemas/Count"}
                            }
                          }
                        }
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
