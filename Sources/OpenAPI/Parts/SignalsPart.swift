extension DocumentPart {
    /// What rankers ask for.
    static let signals = DocumentPart(
        #"""
        {
          "tag": {
            "name": "Signals",
            "description": ["What rankers ask for: recent events count more than older ones."]
          },
          "paths": {
            "/v1/signals/content/{id}": {
              "get": {
                "operationId": "getContentSignals",
                "summary": "Signals of a content",
                "x-role": "read",
                "parameters": [
                  {
                    "name": "id",
                    "in": "path",
                    "required": true,
                    "schema": {"type": "string", "minLength": 1, "examples": ["cnt_abc123"]}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "The figures.",
                    "data": {
                      "type": "object",
                      "required": [
                        "contentId",
                        "asOf",
                        "windowSeconds",
                        "halfLifeSeconds",
                        "views",
                        "avgWatchTime",
                        "completionRate",
                        "swipeVelocity",
                        "recencyWeighted",
                        "components",
                        "weights",
                        "score"
                      ],
                      "properties": {
                        "contentId": {"type": "string"},
                        "asOf": {"$ref": "#/components/schemas/Time"},
                        "windowSeconds": {"type": "integer", "minimum": 0},
                        "halfLifeSeconds": {"type": "integer", "minimum": 0},
                        "views": {"type": "integer", "minimum": 0},
                        "avgWatchTime": {"type": ["number", "null"]},
                        "completionRate": {"type": ["number", "null"]},
                        "swipeVelocity": {"type": ["number", "null"]},
                        "recencyWeighted": {
                          "type": "object",
                          "required": ["viewings", "avgWatchTime", "completionShare", "engagement"],
                          "properties": {
                            "viewings": {"type": ["number", "null"]},
                            "avgWatchTime": {"type": ["number", "null"]},
                            "completionShare": {"type": ["number", "null"]},
                            "engagement": {"type": ["number", "null"]}
                          }
                        },
                        "components": {"type": "object"},
                        "weights": {"type": "object"},
                        "score": {"type": "number"}
                      }
                    },
                    "meta": {"$ref": "#/components/schemas/QuestionMeta"},
                    "headers": {"X-EventLog-Partial": {"$ref": "#/components/headers/Partial"}}
                  },
                  "404": "Nothing is known of this content.",
                  "422": "The answer would pass a limit (reason `limit`).",
                  "429": "`RATE_LIMITED`: this user has 16 queries running."
                }
              }
            },
            "/v1/signals/users/{id}": {
              "get": {
                "operationId": "getUserSignals",
                "summary": "Topic affinity of a person",
                "description": [
                  "`id` is a user id, a device id or a personId; the answer is about the person."
                ],
                "x-role": "read",
                "parameters": [
                  {
                    "name": "id",
                    "in": "path",
                    "required": true,
                    "schema": {"type": "string", "minLength": 1, "examples": ["user_123"]}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "The figures.",
                    "data": {
                      "type": "object",
                      "required": [
                        "userId",
                        "personId",
                        "asOf",
                        "windowSeconds",
                        "halfLifeSeconds",
                        "topicAffinities",
                        "topics"
                      ],
                      "properties": {
                        "userId": {"type": "string"},
                        "personId": {"type": "string"},
                        "asOf": {"$ref": "#/components/schemas/Time"},
                        "windowSeconds": {"type": "integer", "minimum": 0},
                        "halfLifeSeconds": {"type": "integer", "minimum": 0},
                        "topicAffinities": {
                          "type": "object",
                          "additionalProperties": {"type": ["number", "null"]}
                        },
                        "topics": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["topic", "affinity", "viewings", "watchTime"],
                            "properties": {
                              "topic": {"type": "string"},
                              "affinity": {"type": ["number", "null"]},
                              "viewings": {"type": "integer", "minimum": 0},
                              "watchTime": {"type": "number"}
                            }
                          }
                        }
                      }
                    },
                    "meta": {"$ref": "#/components/schemas/QuestionMeta"},
                    "headers": {"X-EventLog-Partial": {"$ref": "#/components/headers/Partial"}}
                  },
                  "404": "No event has this user, device or person.",
                  "422": "The answer would pass a limit (reason `limit`).",
                  "429": "`RATE_LIMITED`: this user has 16 queries running."
                }
              }
            }
          }
        }
        """#)
}
