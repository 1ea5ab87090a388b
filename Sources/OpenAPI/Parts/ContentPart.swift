extension DocumentPart {
    /// What is known of content items.
    static let content = DocumentPart(
        #"""
        {
          "tag": {
            "name": "Content",
            "description": [
              "What is known of content items: topics, titles, lengths (docs/Content.md)."
            ]
          },
          "paths": {
            "/v1/content/{id}": {
              "get": {
                "operationId": "getContent",
                "summary": "Tells what is known of a content item",
                "x-role": "read",
                "parameters": [{"$ref": "#/components/parameters/Content"}],
                "responses": {
                  "200": {
                    "description": "The document as it was put.",
                    "data": {"$ref": "#/components/schemas/ContentItem"}
                  },
                  "404": "Nothing is known of this content item."
                }
              },
              "put": {
                "operationId": "putContent",
                "summary": "Says what is known of a content item",
                "description": "Replaces what was known before.",
                "x-role": "ingest",
                "parameters": [{"$ref": "#/components/parameters/Content"}],
                "requestBody": {
                  "required": true,
                  "description": "At most 16 KiB.",
                  "content": {
                    "application/json": {
                      "schema": {"$ref": "#/components/schemas/ContentDocument"},
                      "examples": {
                        "clip": {
                          "value": {
                            "topics": ["cooking", "pasta"],
                            "title": "Carbonara in a minute",
                            "duration": 62.5
                          }
                        }
                      }
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "It is kept.",
                    "data": {"$ref": "#/components/schemas/ContentChange"},
                    "examples": {"new": {"contentId": "cnt_abc123", "status": "created"}}
                  },
                  "422": "`QUOTA_EXCEEDED`: there are 262,144 items already, or 64 MiB of them."
                }
              },
              "delete": {
                "operationId": "deleteContent",
                "summary": "Forgets what is known of a content item",
                "description": "Its events stay.",
                "x-role": "ingest",
                "parameters": [{"$ref": "#/components/parameters/Content"}],
                "responses": {
                  "200": {
                    "description": "It is forgotten.",
                    "data": {"$ref": "#/components/schemas/ContentChange"}
                  },
                  "404": "Nothing is known of this content item."
                }
              }
            }
          },
          "parameters": {
            "Content": {
              "name": "id",
              "in": "path",
              "required": true,
              "description": "A contentId, escaped.",
              "schema": {
                "type": "string",
                "minLength": 1,
                "maxLength": 256,
                "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"
              },
              "example": "cnt_abc123"
            }
          },
          "schemas": {
            "ContentDocument": {
              "type": "object",
              "description": [
                "Further members are kept as they are, but `contentId`, which must be the id in",
                "the path."
              ],
              "required": ["topics"],
              "properties": {
                "topics": {
                  "type": "array",
                  "maxItems": 64,
                  "items": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 128,
                    "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"
                  }
                },
                "title": {
                  "type": ["string", "null"],
                  "maxLength": 1024,
                  "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"
                },
                "duration": {"type": ["number", "null"], "minimum": 0, "description": "Seconds."}
              }
            },
            "ContentItem": {
              "type": "object",
              "required": ["contentId", "updatedAt", "document"],
              "properties": {
                "contentId": {"type": "string"},
                "updatedAt": {"$ref": "#/components/schemas/Time"},
                "document": {
                  "type": "object",
                  "description": "With further members as they were put.",
                  "additionalProperties": true,
                  "required": ["topics"],
                  "properties": {
                    "topics": {"type": "array", "items": {"type": "string"}},
                    "title": {"type": "string"},
                    "duration": {"type": "number", "minimum": 0}
                  }
                }
              }
            },
            "ContentChange": {
              "type": "object",
              "required": ["contentId", "status"],
              "properties": {
                "contentId": {"type": "string"},
                "status": {
                  "type": "string",
                  "enum": ["created", "replaced", "unchanged", "deleted"]
                }
              }
            }
          }
        }
        """#)
}
