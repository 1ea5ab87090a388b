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
                        "plays",
                        "uniqueViewers",
                        "avgWatchTime",
                        "completionRate",
                        "engagementRate",
                        "swipeVelocity",
                        "likes",
                        "shares",
                        "saves",
                        "recencyWeighted",
                        "components",
                        "weights",
                        "score"
                      ],
                      "properties": {
                        "contentId": {"type": "string"},
                        "asOf": {"$ref": "#/components/schemas/Time"},
                        "windowSeconds": {"$ref": "#/components/schemas/Count"},
                        "halfLifeSeconds": {"$ref": "#/components/schemas/Count"},
                        "views": {"$ref": "#/components/schemas/Count"},
                        "plays": {"$ref": "#/components/schemas/Count"},
                        "uniqueViewers": {"$ref": "#/components/schemas/Count"},
                        "avgWatchTime": {"type": ["number", "null"]},
                        "completionRate": {"type": ["number", "null"]},
                        "engagementRate": {"type": ["number", "null"]},
                        "swipeVelocity": {"type": ["number", "null"]},
                        "likes": {"$ref": "#/components/schemas/Count"},
                        "shares": {"$ref": "#/components/schemas/Count"},
                        "saves": {"$ref": "#/components/schemas/Count"},
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
                        "components": {
                          "type": "object",
                          "required": ["recency", "engagement", "completionRate"],
                          "properties": {
                            "recency": {"type": "number"},
                            "engagement": {"type": "number"},
                            "completionRate": {"type": "number"}
                          }
                        },
                        "weights": {
                          "type": "object",
                          "required": [
                            "recency",
                            "engagement",
                            "geography",
                            "topicAffinity",
                            "completionRate"
                          ],
                          "properties": {
                            "recency": {"type": "number"},
                            "engagement": {"type": "number"},
                            "geography": {"type": "number"},
                            "topicAffinity": {"type": "number"},
                            "completionRate": {"type": "number"}
                          }
                        },
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
                        "topics",
                        "contents",
                        "views",
                        "plays",
                        "viewings",
                        "completions",
                        "totalWatchTime",
                        "avgWatchTime",
                        "completionRate",
                        "likes",
                        "shares",
                        "saves"
                      ],
                      "properties": {
                        "userId": {"type": "string"},
                        "personId": {"type": "string"},
                        "asOf": {"$ref": "#/components/schemas/Time"},
                        "windowSeconds": {"$ref": "#/components/schemas/Count"},
                        "halfLifeSeconds": {"$ref": "#/components/schemas/Count"},
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
                              "viewings": {"$ref": "#/components/schemas/Count"},
                              "watchTime": {"type": "number"}
                            }
                          }
                        },
                        "contents": {"$ref": "#/components/schemas/Count"},
                        "views": {"$ref": "#/components/schemas/Count"},
                        "plays": {"$ref": "#/components/schemas/Count"},
                        "viewings": {"$ref": "#/components/schemas/Count"},
                        "completions": {"$ref": "#/components/schemas/Count"},
                        "totalWatchTime": {"type": "number"},
                        "avgWatchTime": {"type": ["number", "null"]},
                        "completionRate": {"type": ["number", "null"]},
                        "likes": {"$ref": "#/components/schemas/Count"},
                        "shares": {"$ref": "#/components/schemas/Count"},
                        "saves": {"$ref": "#/components/schemas/Count"}
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
