extension DocumentPart {
    /// Keys.
    static let keys = DocumentPart(
        #"""
        {
          "tag": {"name": "Keys", "description": "Who may come in over TCP (docs/Security.md)."},
          "paths": {
            "/v1/keys": {
              "get": {
                "operationId": "listKeys",
                "summary": "Lists all keys, revoked ones too",
                "x-role": "admin",
                "responses": {
                  "200": {
                    "description": "What is known of them; never the keys.",
                    "data": {"type": "array", "items": {"$ref": "#/components/schemas/Key"}}
                  }
                }
              },
              "post": {
                "operationId": "createKey",
                "summary": "Makes a key",
                "description": "The answer is the only place where the key ever stands.",
                "x-role": "admin",
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {
                        "type": "object",
                        "required": ["kind"],
                        "properties": {
                          "kind": {"$ref": "#/components/schemas/KeyKind"},
                          "name": {
                            "type": ["string", "null"],
                            "maxLength": 128,
                            "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"
                          },
                          "expiresIn": {
                            "type": ["number", "null"],
                            "minimum": 0.001,
                            "maximum": 315360000,
                            "description": "Seconds, at most ten years."
                          }
                        }
                      },
                      "examples": {
                        "app": {
                          "value": {"kind": "publishable", "name": "app", "expiresIn": 7776000}
                        }
                      }
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "The key.",
                    "data": {"$ref": "#/components/schemas/NewKey"},
                    "examples": {
                      "app": {
                        "key": "pk_live_…",
                        "id": "26si2cda",
                        "name": "app",
                        "kind": "publishable",
                        "roles": ["ingest"],
                        "environment": "live",
                        "state": "valid",
                        "created": "2026-11-27T10:15:00Z",
                        "expires": "2027-02-25T10:15:00Z"
                      }
                    }
                  },
                  "422": "`QUOTA_EXCEEDED`: there are 1,000 valid keys."
                }
              }
            },
            "/v1/keys/{id}": {
              "delete": {
                "operationId": "revokeKey",
                "summary": "Revokes a key",
                "description": "Streams that it opened end.",
                "x-role": "admin",
                "parameters": [
                  {
                    "name": "id",
                    "in": "path",
                    "required": true,
                    "schema": {"type": "string", "minLength": 1},
                    "example": "26si2cda"
                  }
                ],
                "responses": {
                  "200": {
                    "description": "The key, revoked.",
                    "data": {"$ref": "#/components/schemas/Key"}
                  },
                  "404": "There is no key with this id."
                }
              }
            }
          },
          "schemas": {
            "KeyKind": {"type": "string", "enum": ["publishable", "secret"]},
            "RoleName": {"type": "string", "enum": ["ingest", "read", "admin"]},
            "Key": {
              "type": "object",
              "required": ["id", "name", "kind", "roles", "environment", "state", "created"],
              "properties": {
                "id": {"type": "string"},
                "name": {"type": "string"},
                "kind": {"$ref": "#/components/schemas/KeyKind"},
                "roles": {"type": "array", "items": {"$ref": "#/components/schemas/RoleName"}},
                "environment": {"type": "string", "enum": ["live", "test"]},
                "state": {"type": "string", "enum": ["valid", "revoked", "expired"]},
                "created": {"$ref": "#/components/schemas/Time"},
                "expires": {"$ref": "#/components/schemas/Time"},
                "revoked": {"$ref": "#/components/schemas/Time"},
                "lastUsedDay": {"$ref": "#/components/schemas/Date"}
              }
            },
            "NewKey": {
              "type": "object",
              "required": ["key", "id", "name", "kind", "roles", "environment", "state", "created"],
              "properties": {
                "key": {"type": "string", "description": "Shown this once."},
                "id": {"type": "string"},
                "name": {"type": "string"},
                "kind": {"$ref": "#/components/schemas/KeyKind"},
                "roles": {"type": "array", "items": {"$ref": "#/components/schemas/RoleName"}},
                "environment": {"type": "string", "enum": ["live", "test"]},
                "state": {"type": "string", "enum": ["valid", "revoked", "expired"]},
                "created": {"$ref": "#/components/schemas/Time"},
                "expires": {"$ref": "#/components/schemas/Time"}
              }
            }
          }
        }
        """#)
}
