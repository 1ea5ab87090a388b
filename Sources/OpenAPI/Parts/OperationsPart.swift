extension DocumentPart {
    /// How the daemon is.
    static let operations = DocumentPart(
        #"""
        {
          "tag": {"name": "Operations", "description": "How the daemon is (docs/Operations.md)."},
          "paths": {
            "/healthz": {
              "get": {
                "operationId": "health",
                "summary": "Answers while the daemon serves",
                "x-role": "read",
                "responses": {
                  "200": {
                    "description": "It serves.",
                    "data": {
                      "type": "object",
                      "required": ["status"],
                      "properties": {"status": {"type": "string", "enum": ["ok"]}}
                    },
                    "examples": {"well": {"status": "ok"}}
                  }
                }
              }
            },
            "/metrics": {
              "get": {
                "operationId": "metrics",
                "summary": "Metrics for Prometheus",
                "x-role": "read",
                "responses": {
                  "200": {
                    "description": "The text format, version 0.0.4.",
                    "content": {"text/plain": {"schema": {"type": "string"}}}
                  }
                }
              }
            },
            "/openapi.json": {
              "get": {
                "operationId": "openAPI",
                "summary": "This document",
                "description": "For whoever is let in, whatever the role.",
                "x-role": "ingest",
                "responses": {
                  "200": {
                    "description": "OpenAPI 3.1.",
                    "content": {
                      "application/json": {
                        "schema": {
                          "type": "object",
                          "required": ["openapi", "info", "paths", "components"]
                        }
                      }
                    }
                  }
                }
              }
            },
            "/v1/status": {
              "get": {
                "operationId": "status",
                "summary": "Tells how the daemon and its store are",
                "x-role": "read",
                "responses": {
                  "200": {
                    "description": "Counts since the start, and the state of the store.",
                    "data": {"$ref": "#/components/schemas/Status"}
                  }
                }
              }
            }
          },
          "schemas": {
            "TimedQuery": {
              "type": "object",
              "description": "A query: its text without what stands in quotes.",
              "required": ["text", "seconds"],
              "properties": {
                "text": {"type": "string"},
                "seconds": {"type": "number", "minimum": 0},
                "endedAt": {"type": "integer", "description": "µs since 1970 UTC."}
              }
            },
            "Status": {
              "type": "object",
              "required": [
                "version", "pid", "uptimeSeconds", "socket", "connections", "ingest", "queries",
                "tails", "store"
              ],
              "properties": {
                "version": {"type": "string"},
                "pid": {"type": "integer"},
                "uptimeSeconds": {"type": "number", "minimum": 0},
                "socket": {"type": "string"},
                "connections": {
                  "type": "object",
                  "required": ["open", "accepted", "refused"],
                  "properties": {
                    "open": {"$ref": "#/components/schemas/Count"},
                    "accepted": {"$ref": "#/components/schemas/Count"},
                    "refused": {"$ref": "#/components/schemas/Count"}
                  }
                },
                "ingest": {
                  "type": "object",
                  "required": [
                    "lines", "stored", "duplicates", "failed", "adjusted", "controls",
                    "errorsOmitted", "warnings", "bytesReceived", "queueBytes", "groups",
                    "failedGroups", "refusedByCode"
                  ],
                  "properties": {
                    "lines": {"$ref": "#/components/schemas/Count"},
                    "stored": {"$ref": "#/components/schemas/Count"},
                    "duplicates": {"$ref": "#/components/schemas/Count"},
                    "failed": {"$ref": "#/components/schemas/Count"},
                    "adjusted": {"$ref": "#/components/schemas/Count"},
                    "controls": {"$ref": "#/components/schemas/Count"},
                    "errorsOmitted": {"$ref": "#/components/schemas/Count"},
                    "warnings": {
                      "type": "object",
                      "description": "Events with something odd, by kind (docs/Protocol.md).",
                      "additionalProperties": {"$ref": "#/components/schemas/Count"}
                    },
                    "refusedByCode": {
                      "type": "object",
                      "additionalProperties": {"$ref": "#/components/schemas/Count"}
                    },
                    "newestAt": {
                      "type": "integer",
                      "description": "When the newest event was stored, in µs since 1970 UTC."
                    },
                    "bytesReceived": {"$ref": "#/components/schemas/Count"},
                    "queueBytes": {
                      "$ref": "#/components/schemas/Count",
                      "description": "Bytes that wait for the journal."
                    },
                    "groups": {
                      "$ref": "#/components/schemas/Count",
                      "description": "Appends, each with one sync at most."
                    },
                    "failedGroups": {"$ref": "#/components/schemas/Count"}
                  }
                },
                "queries": {
                  "type": "object",
                  "required": ["open", "total", "failed", "running", "slowest"],
                  "properties": {
                    "open": {"$ref": "#/components/schemas/Count"},
                    "total": {"$ref": "#/components/schemas/Count"},
                    "failed": {"$ref": "#/components/schemas/Count"},
                    "running": {
                      "type": "array",
                      "items": {"$ref": "#/components/schemas/TimedQuery"}
                    },
                    "slowest": {
                      "type": "array",
                      "items": {"$ref": "#/components/schemas/TimedQuery"}
                    }
                  }
                },
                "tails": {"$ref": "#/components/schemas/Count"},
                "availableBytes": {"$ref": "#/components/schemas/Count"},
                "store": {"$ref": "#/components/schemas/StoreStatus"}
              }
            }
          }
        }
        """#)
}
