extension DocumentPart {
    /// Single events.
    static let feed = DocumentPart(
        #"""
        {
          "tag": {
            "name": "Feed",
            "description": ["Single events: as they come, or the newest first."]
          },
          "paths": {
            "/v1/events/tail": {
              "get": {
                "operationId": "tailEvents",
                "summary": "Follows events as they come",
                "description": [
                  "Chunked until the client leaves, unless `follow` is false or `limit` is reached.",
                  "docs/Tail.md tells the lines."
                ],
                "x-role": "read",
                "parameters": [
                  {
                    "name": "where",
                    "in": "query",
                    "description": ["A condition as behind WHERE in a query."],
                    "schema": {"type": "string"}
                  },
                  {
                    "name": "cursor",
                    "in": "query",
                    "description": ["Go on behind this event."],
                    "schema": {"type": "string"}
                  },
                  {
                    "name": "from",
                    "in": "query",
                    "description": ["`now`, `beginning` or a cursor."],
                    "schema": {"type": "string"}
                  },
                  {
                    "name": "last",
                    "in": "query",
                    "schema": {"type": "integer", "minimum": 0, "maximum": 100000}
                  },
                  {
                    "name": "limit",
                    "in": "query",
                    "schema": {"type": "integer", "minimum": 1}
                  },
                  {
                    "name": "follow",
                    "in": "query",
                    "schema": {"type": "string", "enum": ["true", "false"]}
                  },
                  {
                    "name": "format",
                    "in": "query",
                    "schema": {"type": "string", "enum": ["ndjson", "sse"]}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "A JSON object a line, or server-sent events.",
                    "content": {
                      "application/x-ndjson": {"schema": {"type": "string"}},
                      "text/event-stream": {"schema": {"type": "string"}}
                    }
                  },
                  "429": "`RATE_LIMITED`: this user follows the events too often already."
                }
              }
            },
            "/v1/events/explore": {
              "get": {
                "operationId": "exploreEvents",
                "summary": "Single events, the newest first",
                "x-role": "read",
                "parameters": [
                  {"name": "event_type", "in": "query", "schema": {"type": "string"}},
                  {"name": "content_id", "in": "query", "schema": {"type": "string"}},
                  {
                    "name": "viewer_id",
                    "in": "query",
                    "description": ["A userId, a deviceId or a personId."],
                    "schema": {"type": "string"}
                  },
                  {
                    "name": "timeframe[]",
                    "in": "query",
                    "description": ["`7:days`, or the first and the last second."],
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
                  {
                    "name": "limit",
                    "in": "query",
                    "schema": {"type": "integer", "minimum": 1, "maximum": 200, "default": 20}
                  },
                  {
                    "name": "page",
                    "in": "query",
                    "schema": {"type": "integer", "minimum": 1}
                  },
                  {
                    "name": "cursor",
                    "in": "query",
                    "description": ["`nextCursor` of the page before, in place of `page`."],
                    "schema": {"type": "string"}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "The figures.",
                    "data": {
                      "type": "object",
                      "required": ["events", "nextCursor"],
                      "properties": {
                        "events": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": [
                              "id",
                              "event_type",
                              "content_id",
                              "user_id",
                              "session_id",
                              "view_session_id",
                              "timestamp",
                              "received_at",
                              "event_data"
                            ],
                            "properties": {
                              "id": {"type": "string"},
                              "event_type": {"type": "string"},
                              "content_id": {"type": ["string", "null"]},
                              "user_id": {"type": "string"},
                              "session_id": {"type": ["string", "null"]},
                              "view_session_id": {"type": ["string", "null"]},
                              "timestamp": {"$ref": "#/components/schemas/Time"},
                              "received_at": {"$ref": "#/components/schemas/Time"},
                              "event_data": {"type": "object", "additionalProperties": true},
                              "device_id": {"type": "string"},
                              "person_id": {"type": "string"},
                              "seq": {"$ref": "#/components/schemas/Count"},
                              "flags": {"$ref": "#/components/schemas/Count"},
                              "producer": {"type": "string"},
                              "client_timestamp": {"$ref": "#/components/schemas/Time"},
                              "action": {"type": "string"},
                              "extra": {"type": "object", "additionalProperties": true}
                            }
                          }
                        },
                        "nextCursor": {"type": ["string", "null"]}
                      }
                    },
                    "meta": {"$ref": "#/components/schemas/ExploreMeta"},
                    "headers": {"X-EventLog-Partial": {"$ref": "#/components/headers/Partial"}}
                  },
                  "422": "The answer would pass a limit (reason `limit`).",
                  "429": "`RATE_LIMITED`: this user has 16 queries running."
                }
              }
            }
          },
          "schemas": {
            "ExploreMeta": {
              "type": "object",
              "required": ["requestId", "limit", "rows", "partial"],
              "properties": {
                "requestId": {"$ref": "#/components/schemas/RequestId"},
                "limit": {"$ref": "#/components/schemas/Count"},
                "rows": {"$ref": "#/components/schemas/Count"},
                "partial": {"type": "boolean"},
                "damage": {"type": "array", "items": {"$ref": "#/components/schemas/Damage"}}
              }
            }
          }
        }
        """#)
}
