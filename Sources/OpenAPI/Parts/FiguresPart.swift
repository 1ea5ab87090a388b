extension DocumentPart {
    /// What answers about figures have in common.
    static let figures = DocumentPart(
        #"""
        {
          "schemas": {
            "Granularity": {"type": "string", "enum": ["hour", "day", "week"]},
            "FigureName": {
              "type": "string",
              "enum": [
                "contentId",
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
                "errors"
              ]
            },
            "FigureRange": {
              "type": "object",
              "required": ["from", "to", "timeZone"],
              "properties": {
                "from": {"anyOf": [{"$ref": "#/components/schemas/Time"}, {"type": "null"}]},
                "to": {"anyOf": [{"$ref": "#/components/schemas/Time"}, {"type": "null"}]},
                "timeZone": {"type": "string"},
                "granularity": {"$ref": "#/components/schemas/Granularity"}
              }
            },
            "FigureBucket": {
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
                "errors"
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
                "errors": {"$ref": "#/components/schemas/Count"}
              }
            },
            "FiguresBefore": {
              "description": ["The time before, as long; null if the range is open."],
              "anyOf": [
                {
                  "type": "object",
                  "required": [
                    "from",
                    "to",
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
                    "errors"
                  ],
                  "properties": {
                    "from": {"$ref": "#/components/schemas/Time"},
                    "to": {"$ref": "#/components/schemas/Time"},
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
                    "errors": {"$ref": "#/components/schemas/Count"}
                  }
                },
                {"type": "null"}
              ]
            },
            "FigureChange": {
              "description": ["Relative to the time before; null where that was nothing."],
              "anyOf": [
                {
                  "type": "object",
                  "required": [
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
                    "errors"
                  ],
                  "properties": {
                    "views": {"type": ["number", "null"]},
                    "impressions": {"type": ["number", "null"]},
                    "plays": {"type": ["number", "null"]},
                    "uniqueViewers": {"type": ["number", "null"]},
                    "viewings": {"type": ["number", "null"]},
                    "completions": {"type": ["number", "null"]},
                    "completedViews": {"type": ["number", "null"]},
                    "totalWatchTime": {"type": ["number", "null"]},
                    "avgWatchTime": {"type": ["number", "null"]},
                    "avgWatchTimePerCompletion": {"type": ["number", "null"]},
                    "completionRate": {"type": ["number", "null"]},
                    "engagementRate": {"type": ["number", "null"]},
                    "swipes": {"type": ["number", "null"]},
                    "swipeVelocity": {"type": ["number", "null"]},
                    "likes": {"type": ["number", "null"]},
                    "shares": {"type": ["number", "null"]},
                    "saves": {"type": ["number", "null"]},
                    "rebuffers": {"type": ["number", "null"]},
                    "rebufferRate": {"type": ["number", "null"]},
                    "errors": {"type": ["number", "null"]}
                  }
                },
                {"type": "null"}
              ]
            }
          }
        }
        """#)
}
