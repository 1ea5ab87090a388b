extension DocumentPart {
    /// One number, or a series of it.
    static let metrics = DocumentPart(
        #"""
        {
          "tag": {"name": "Metrics", "description": ["One number, or one for each hour or day."]},
          "paths": {
            "/v1/metrics/{metric}": {
              "get": {
                "operationId": "getMetric",
                "summary": "A metric over a timeframe",
                "x-role": "read",
                "parameters": [
                  {
                    "name": "metric",
                    "in": "path",
                    "required": true,
                    "schema": {"$ref": "#/components/schemas/Metric"}
                  },
                  {
                    "name": "measurement",
                    "in": "query",
                    "schema": {"type": "string", "enum": ["sum", "avg"]}
                  },
                  {
                    "name": "timeframe[]",
                    "in": "query",
                    "description": ["`7:days`, or two Unix times in seconds; `24:hours` if not said."],
                    "style": "form",
                    "explode": true,
                    "schema": {
                      "type": "array",
                      "items": {"type": "string"},
                      "minItems": 1,
                      "maxItems": 2,
                      "examples": [["7:days"]]
                    }
                  },
                  {"$ref": "#/components/parameters/TimeZone"},
                  {"$ref": "#/components/parameters/BucketLength"}
                ],
                "responses": {
                  "200": {
                    "description": "The figures.",
                    "data": {
                      "type": "object",
                      "required": ["metric", "unit", "measurement", "timeframe", "value"],
                      "properties": {
                        "metric": {"$ref": "#/components/schemas/Metric"},
                        "unit": {"type": "string"},
                        "measurement": {"type": "string"},
                        "timeframe": {"type": "array", "items": {"type": "number"}},
                        "value": {"type": ["number", "null"]}
                      }
                    },
                    "meta": {"$ref": "#/components/schemas/QuestionMeta"},
                    "headers": {"X-EventLog-Partial": {"$ref": "#/components/headers/Partial"}}
                  },
                  "404": "There is no such metric.",
                  "422": "The answer would pass a limit (reason `limit`).",
                  "429": "`RATE_LIMITED`: this user has 16 queries running."
                }
              }
            },
            "/v1/metrics/{metric}/timeseries": {
              "get": {
                "operationId": "getMetricTimeseries",
                "summary": "A metric by hours or days",
                "x-role": "read",
                "parameters": [
                  {
                    "name": "metric",
                    "in": "path",
                    "required": true,
                    "schema": {"$ref": "#/components/schemas/Metric"}
                  },
                  {
                    "name": "measurement",
                    "in": "query",
                    "schema": {"type": "string", "enum": ["sum", "avg"]}
                  },
                  {
                    "name": "timeframe[]",
                    "in": "query",
                    "description": ["`7:days`, or two Unix times in seconds; `24:hours` if not said."],
                    "style": "form",
                    "explode": true,
                    "schema": {
                      "type": "array",
                      "items": {"type": "string"},
                      "minItems": 1,
                      "maxItems": 2,
                      "examples": [["7:days"]]
                    }
                  },
                  {"$ref": "#/components/parameters/TimeZone"},
                  {"$ref": "#/components/parameters/BucketLength"}
                ],
                "responses": {
                  "200": {
                    "description": "The figures.",
                    "data": {
                      "type": "object",
                      "required": [
                        "metric",
                        "unit",
                        "measurement",
                        "timeframe",
                        "granularity",
                        "timeZone",
                        "points"
                      ],
                      "properties": {
                        "metric": {"$ref": "#/components/schemas/Metric"},
                        "unit": {"type": "string"},
                        "measurement": {"type": "string"},
                        "timeframe": {"type": "array", "items": {"type": "number"}},
                        "granularity": {"$ref": "#/components/schemas/Granularity"},
                        "timeZone": {"type": "string"},
                        "points": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["timestamp", "value"],
                            "properties": {
                              "timestamp": {"$ref": "#/components/schemas/Time"},
                              "value": {"type": ["number", "null"]}
                            }
                          }
                        }
                      }
                    },
                    "meta": {"$ref": "#/components/schemas/QuestionMeta"},
                    "headers": {"X-EventLog-Partial": {"$ref": "#/components/headers/Partial"}}
                  },
                  "404": "There is no such metric.",
                  "422": "The answer would pass a limit (reason `limit`).",
                  "429": "`RATE_LIMITED`: this user has 16 queries running."
                }
              }
            }
          },
          "schemas": {
            "Metric": {
              "type": "string",
              "enum": [
                "views",
                "unique_viewers",
                "completions",
                "watch_time",
                "playing_time",
                "video_startup_time"
              ]
            }
          }
        }
        """#)
}
