extension DocumentPart {
    /// Figures by name.
    static let analytics = DocumentPart(
        #"""
        {
          "tag": {
            "name": "Analytics",
            "description": [
              "Figures by name; docs/Analytics.md defines each. Fresh to the last acknowledged event."
            ]
          },
          "paths": {
            "/v1/analytics/overview": {
              "get": {
                "operationId": "getOverview",
                "summary": "What happened in a range",
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
                        "impressions",
                        "plays",
                        "uniqueViewers",
                        "viewings",
                        "completions",
                        "completedViews",
                        "totalWatchTime",
                        "avgWatchTime",
                        "avgWatchTimePerCompletion",
                        "completionRate",
                        "engagementRate",
                        "swipes",
                        "swipeVelocity",
                        "likes",
                        "shares",
                        "saves",
                        "rebuffers",
                        "rebufferRate",
                        "errors",
                        "startupP50",
                        "startupP95",
                        "timeseries"
                      ],
                      "properties": {
                        "range": {"$ref": "#/components/schemas/FigureRange"},
                        "views": {"$ref": "#/components/schemas/Count"},
                        "impressions": {"$ref": "#/components/schemas/Count"},
                        "plays": {"$ref": "#/components/schemas/Count"},
                        "uniqueViewers": {"$ref": "#/components/schemas/Count"},
                        "viewings": {"$ref": "#/components/schemas/Count"},
                        "completions": {"$ref": "#/components/schemas/Count"},
                        "completedViews": {"$ref": "#/components/schemas/Count"},
                        "totalWatchTime": {"type": "number"},
                        "avgWatchTime": {"type": ["number", "null"]},
                        "avgWatchTimePerCompletion": {"type": ["number", "null"]},
                        "completionRate": {"type": ["number", "null"]},
                        "engagementRate": {"type": ["number", "null"]},
                        "swipes": {"$ref": "#/components/schemas/Count"},
                        "swipeVelocity": {"type": ["number", "null"]},
                        "likes": {"$ref": "#/components/schemas/Count"},
                        "shares": {"$ref": "#/components/schemas/Count"},
                        "saves": {"$ref": "#/components/schemas/Count"},
                        "rebuffers": {"$ref": "#/components/schemas/Count"},
                        "rebufferRate": {"type": ["number", "null"]},
                        "errors": {"$ref": "#/components/schemas/Count"},
                        "startupP50": {"type": ["number", "null"]},
                        "startupP95": {"type": ["number", "null"]},
                        "timeseries": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": [
                              "start",
                              "views",
                              "impressions",
                              "plays",
                              "uniqueViewers",
                              "viewings",
                              "completions",
                              "completedViews",
                              "totalWatchTime",
                              "avgWatchTime",
                              "avgWatchTimePerCompletion",
                              "completionRate",
                              "engagementRate",
                              "swipes",
                              "swipeVelocity",
                              "likes",
                              "shares",
                              "saves",
                              "rebuffers",
                              "rebufferRate",
                              "errors",
                              "startupP50",
                              "startupP95"
                            ],
                            "properties": {
                              "start": {"$ref": "#/components/schemas/Time"},
                              "views": {"$ref": "#/components/schemas/Count"},
                              "impressions": {"$ref": "#/components/schemas/Count"},
                              "plays": {"$ref": "#/components/schemas/Count"},
                              "uniqueViewers": {"$ref": "#/components/schemas/Count"},
                              "viewings": {"$ref": "#/components/schemas/Count"},
                              "completions": {"$ref": "#/components/schemas/Count"},
                              "completedViews": {"$ref": "#/components/schemas/Count"},
                              "totalWatchTime": {"type": "number"},
                              "avgWatchTime": {"type": ["number", "null"]},
                              "avgWatchTimePerCompletion": {"type": ["number", "null"]},
                              "completionRate": {"type": ["number", "null"]},
                              "engagementRate": {"type": ["number", "null"]},
                              "swipes": {"$ref": "#/components/schemas/Count"},
                              "swipeVelocity": {"type": ["number", "null"]},
                              "likes": {"$ref": "#/components/schemas/Count"},
                              "shares": {"$ref": "#/components/schemas/Count"},
                              "saves": {"$ref": "#/components/schemas/Count"},
                              "rebuffers": {"$ref": "#/components/schemas/Count"},
                              "rebufferRate": {"type": ["number", "null"]},
                              "errors": {"$ref": "#/components/schemas/Count"},
                              "startupP50": {"type": ["number", "null"]},
                              "startupP95": {"type": ["number", "null"]}
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
