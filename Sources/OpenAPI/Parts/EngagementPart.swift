extension DocumentPart {
    /// What people do beyond looking.
    static let engagement = DocumentPart(
        #"""
        {
          "under": "Analytics",
          "paths": {
            "/v1/analytics/engagement": {
              "get": {
                "operationId": "getEngagement",
                "summary": "What people do beyond looking, and when",
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
                        "plays",
                        "uniqueViewers",
                        "engagementRate",
                        "completionRate",
                        "swipes",
                        "swipeVelocity",
                        "likes",
                        "shares",
                        "saves",
                        "likeRate",
                        "shareRate",
                        "saveRate",
                        "sessions",
                        "feedDepth",
                        "avgSessionDuration",
                        "actions",
                        "timeOfDay",
                        "timeseries"
                      ],
                      "properties": {
                        "range": {"$ref": "#/components/schemas/FigureRange"},
                        "views": {"$ref": "#/components/schemas/Count"},
                        "plays": {"$ref": "#/components/schemas/Count"},
                        "uniqueViewers": {"$ref": "#/components/schemas/Count"},
                        "engagementRate": {"type": ["number", "null"]},
                        "completionRate": {"type": ["number", "null"]},
                        "swipes": {"$ref": "#/components/schemas/Count"},
                        "swipeVelocity": {"type": ["number", "null"]},
                        "likes": {"$ref": "#/components/schemas/Count"},
                        "shares": {"$ref": "#/components/schemas/Count"},
                        "saves": {"$ref": "#/components/schemas/Count"},
                        "likeRate": {"type": ["number", "null"]},
                        "shareRate": {"type": ["number", "null"]},
                        "saveRate": {"type": ["number", "null"]},
                        "sessions": {"$ref": "#/components/schemas/Count"},
                        "feedDepth": {"type": ["number", "null"]},
                        "avgSessionDuration": {"type": ["number", "null"]},
                        "actions": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["action", "events"],
                            "properties": {
                              "action": {"type": "string"},
                              "events": {"$ref": "#/components/schemas/Count"}
                            }
                          }
                        },
                        "timeOfDay": {
                          "type": "object",
                          "required": ["timeZone", "firstWeekday", "plays"],
                          "properties": {
                            "timeZone": {"type": "string"},
                            "firstWeekday": {"type": "string", "enum": ["monday"]},
                            "plays": {
                              "type": "array",
                              "items": {
                                "type": "array",
                                "items": {"$ref": "#/components/schemas/Count"}
                              }
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
                              "plays",
                              "uniqueViewers",
                              "engagementRate",
                              "completionRate",
                              "swipes",
                              "swipeVelocity",
                              "likes",
                              "shares",
                              "saves",
                              "likeRate",
                              "shareRate",
                              "saveRate"
                            ],
                            "properties": {
                              "start": {"$ref": "#/components/schemas/Time"},
                              "views": {"$ref": "#/components/schemas/Count"},
                              "plays": {"$ref": "#/components/schemas/Count"},
                              "uniqueViewers": {"$ref": "#/components/schemas/Count"},
                              "engagementRate": {"type": ["number", "null"]},
                              "completionRate": {"type": ["number", "null"]},
                              "swipes": {"$ref": "#/components/schemas/Count"},
                              "swipeVelocity": {"type": ["number", "null"]},
                              "likes": {"$ref": "#/components/schemas/Count"},
                              "shares": {"$ref": "#/components/schemas/Count"},
                              "saves": {"$ref": "#/components/schemas/Count"},
                              "likeRate": {"type": ["number", "null"]},
                              "shareRate": {"type": ["number", "null"]},
                              "saveRate": {"type": ["number", "null"]}
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
