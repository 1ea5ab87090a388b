extension DocumentPart {
    /// Figures of contents.
    static let contentFigures = DocumentPart(
        #"""
        {
          "under": "Analytics",
          "paths": {
            "/v1/analytics/content": {
              "get": {
                "operationId": "listContentFigures",
                "summary": "A page of contents with their figures",
                "x-role": "read",
                "parameters": [
                  {"$ref": "#/components/parameters/StartDate"},
                  {"$ref": "#/components/parameters/EndDate"},
                  {"$ref": "#/components/parameters/TimeZone"},
                  {"$ref": "#/components/parameters/BucketLength"},
                  {"$ref": "#/components/parameters/Compare"},
                  {
                    "name": "sort",
                    "in": "query",
                    "description": ["`views` if not said."],
                    "schema": {"$ref": "#/components/schemas/FigureName"}
                  },
                  {
                    "name": "order",
                    "in": "query",
                    "schema": {"type": "string", "enum": ["asc", "desc"]}
                  },
                  {
                    "name": "limit",
                    "in": "query",
                    "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
                  },
                  {
                    "name": "cursor",
                    "in": "query",
                    "description": ["`nextCursor` of the page before, in the same order."],
                    "schema": {"type": "string"}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "The figures.",
                    "data": {
                      "type": "object",
                      "required": ["range", "content", "total", "nextCursor"],
                      "properties": {
                        "range": {"$ref": "#/components/schemas/FigureRange"},
                        "content": {
                          "type": "array",
                          "items": {"$ref": "#/components/schemas/ContentFigures"}
                        },
                        "total": {"$ref": "#/components/schemas/Count"},
                        "nextCursor": {"type": ["string", "null"]}
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
            "/v1/analytics/content/{id}": {
              "get": {
                "operationId": "getContentFigures",
                "summary": "The figures of one content",
                "x-role": "read",
                "parameters": [
                  {
                    "name": "id",
                    "in": "path",
                    "required": true,
                    "schema": {"type": "string", "minLength": 1, "examples": ["cnt_abc123"]}
                  },
                  {"$ref": "#/components/parameters/StartDate"},
                  {"$ref": "#/components/parameters/EndDate"},
                  {"$ref": "#/components/parameters/TimeZone"},
                  {"$ref": "#/components/parameters/BucketLength"},
                  {"$ref": "#/components/parameters/Compare"}
                ],
                "responses": {
                  "200": {
                    "description": "The figures.",
                    "data": {"$ref": "#/components/schemas/ContentFigures"},
                    "meta": {"$ref": "#/components/schemas/QuestionMeta"},
                    "headers": {"X-EventLog-Partial": {"$ref": "#/components/headers/Partial"}}
                  },
                  "404": "Nothing is known of this content.",
                  "422": "The answer would pass a limit (reason `limit`).",
                  "429": "`RATE_LIMITED`: this user has 16 queries running."
                }
              }
            }
          },
          "schemas": {
            "ContentFigures": {
              "type": "object",
              "description": ["Times in seconds; a ratio with a zero denominator is null."],
              "required": [
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
              ],
              "properties": {
                "contentId": {"type": "string"},
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
                "title": {"type": "string"},
                "duration": {"type": "number"},
                "topics": {"type": "array", "items": {"type": "string"}},
                "range": {"$ref": "#/components/schemas/FigureRange"},
                "timeseries": {"type": "array", "items": {"$ref": "#/components/schemas/FigureBucket"}},
                "previous": {"$ref": "#/components/schemas/FiguresBefore"},
                "change": {"$ref": "#/components/schemas/FigureChange"}
              }
            }
          }
        }
        """#)
}
