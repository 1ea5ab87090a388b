extension DocumentPart {
    /// Forgetting persons.
    static let erasure = DocumentPart(
        #"""
        {
          "tag": {"name": "Erasure", "description": "Forgetting a person (docs/Erasure.md)."},
          "paths": {
            "/v1/users/{id}": {
              "delete": {
                "operationId": "eraseUser",
                "summary": "Erases a person",
                "description": [
                  "Nothing shows the person's events any more once it is answered; the bytes go",
                  "within 24 hours, or before the answer with `now`. It cannot be taken back. The",
                  "id may be used again, and begins empty."
                ],
                "x-role": "admin",
                "parameters": [
                  {"$ref": "#/components/parameters/User"},
                  {
                    "name": "now",
                    "in": "query",
                    "description": "Answers only when no file has anything of the person.",
                    "schema": {"$ref": "#/components/schemas/Flag"}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "All is gone.",
                    "data": {"$ref": "#/components/schemas/ErasureReceipt"},
                    "headers": {"Location": {"$ref": "#/components/headers/Location"}}
                  },
                  "202": {
                    "description": "Nothing shows it any more; the bytes will go.",
                    "data": {"$ref": "#/components/schemas/ErasureReceipt"},
                    "headers": {"Location": {"$ref": "#/components/headers/Location"}}
                  }
                }
              }
            },
            "/v1/users/{id}/traces": {
              "get": {
                "operationId": "findTraces",
                "summary": "Looks for an id in every byte of the store",
                "description": "Takes as long as reading the store does.",
                "x-role": "admin",
                "parameters": [{"$ref": "#/components/parameters/User"}],
                "responses": {
                  "200": {
                    "description": "Where it stands.",
                    "data": {
                      "type": "object",
                      "required": ["files", "bytes", "hits", "unreadable"],
                      "properties": {
                        "files": {"$ref": "#/components/schemas/Count"},
                        "bytes": {"$ref": "#/components/schemas/Count"},
                        "hits": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["file", "place"],
                            "properties": {
                              "file": {"type": "string"},
                              "place": {"type": "string"},
                              "rows": {"$ref": "#/components/schemas/Count"}
                            }
                          }
                        },
                        "unreadable": {"type": "array", "items": {"type": "string"}}
                      }
                    },
                    "examples": {
                      "nothing": {"files": 31, "bytes": 1094850, "hits": [], "unreadable": []}
                    }
                  }
                }
              }
            },
            "/v1/erasures/{id}": {
              "get": {
                "operationId": "getErasure",
                "summary": "Gives the receipt of an erasure",
                "x-role": "admin",
                "parameters": [
                  {
                    "name": "id",
                    "in": "path",
                    "required": true,
                    "schema": {"type": "string", "minLength": 1},
                    "example": "ers_5479756c124ad6e3"
                  }
                ],
                "responses": {
                  "200": {
                    "description": "The receipt, which says nothing of whose it is.",
                    "data": {"$ref": "#/components/schemas/ErasureReceipt"}
                  },
                  "404": "There is no such receipt."
                }
              }
            }
          },
          "schemas": {
            "ErasureReceipt": {
              "type": "object",
              "required": [
                "id", "status", "users", "requestedAt", "deadline", "lastSeq", "events",
                "segments", "quarantined", "exports", "devices", "rollupRows", "damagedFiles",
                "snapshots"
              ],
              "properties": {
                "id": {"type": "string"},
                "status": {"type": "string", "enum": ["accepted", "erased"]},
                "users": {
                  "type": "array",
                  "items": {"type": "string"},
                  "description": "Keyed hashes of the ids, under a key that only this store has."
                },
                "requestedAt": {"$ref": "#/components/schemas/Microseconds"},
                "erasedAt": {"$ref": "#/components/schemas/Microseconds"},
                "deadline": {"$ref": "#/components/schemas/Microseconds"},
                "lastSeq": {"$ref": "#/components/schemas/Count"},
                "events": {"$ref": "#/components/schemas/Count"},
                "segments": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["file", "sha256", "events"],
                    "properties": {
                      "file": {"type": "string"},
                      "sha256": {"type": "string"},
                      "events": {"$ref": "#/components/schemas/Count"},
                      "newFile": {"type": "string"},
                      "newSha256": {"type": "string"}
                    }
                  }
                },
                "quarantined": {"$ref": "#/components/schemas/Count"},
                "exports": {"type": "array", "items": {"type": "string"}},
                "devices": {"$ref": "#/components/schemas/Count"},
                "rollupRows": {"$ref": "#/components/schemas/Count"},
                "damagedFiles": {
                  "type": "array",
                  "items": {"type": "string"},
                  "description": [
                    "Files that were set aside and may have held something of the person."
                  ]
                },
                "snapshots": {
                  "type": "array",
                  "items": {"type": "string"},
                  "description": "Snapshots made before: they still hold the data."
                },
                "level": {"type": "string", "enum": ["overwritten", "unlinked"]},
                "error": {
                  "type": "string",
                  "description": "Why it is not done yet, if it was tried."
                }
              }
            }
          }
        }
        """#)
}
