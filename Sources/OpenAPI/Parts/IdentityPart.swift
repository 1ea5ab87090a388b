extension DocumentPart {
    /// Who is who.
    static let identity = DocumentPart(
        #"""
        {
          "tag": {
            "name": "Identity",
            "description": "Who is who: logins, and what administrators say (docs/Identity.md)."
          },
          "paths": {
            "/v1/identity/resolve": {
              "post": {
                "operationId": "resolveIdentity",
                "summary": "Says that a user has logged in on a device",
                "description": [
                  "Stored as the event `identify`. The same pair again changes nothing, so an app",
                  "may send it at every start."
                ],
                "x-role": "ingest",
                "x-idempotent": true,
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {
                        "anyOf": [
                          {"$ref": "#/components/schemas/Login"},
                          {"$ref": "#/components/schemas/DeviceLogin"}
                        ]
                      },
                      "examples": {
                        "login": {"value": {"anonymousId": "dev_550e8400", "userId": "user_123"}}
                      }
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "It is known.",
                    "data": {"$ref": "#/components/schemas/IdentityStored"},
                    "examples": {"login": {"status": "ok", "eventId": "evt_3d8df123000000000001"}}
                  },
                  "410": "`GONE`: its time is too long ago, or the user was erased."
                }
              }
            },
            "/v1/identity/clear": {
              "post": {
                "operationId": "clearIdentity",
                "summary": "Says that the user of a device has logged out",
                "description": [
                  "Stored as the event `clear`: what follows on the device belongs to whoever",
                  "logs in next."
                ],
                "x-role": "ingest",
                "x-idempotent": true,
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {
                        "anyOf": [
                          {"$ref": "#/components/schemas/Device"},
                          {"$ref": "#/components/schemas/AnonymousDevice"}
                        ]
                      },
                      "examples": {"logout": {"value": {"deviceId": "dev_550e8400"}}}
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "It is known.",
                    "data": {"$ref": "#/components/schemas/IdentityStored"},
                    "examples": {"logout": {"status": "ok", "eventId": "evt_3d8df123000000000002"}}
                  },
                  "410": "`GONE`: its time is too long ago."
                }
              }
            },
            "/v1/identity/alias": {
              "post": {
                "operationId": "aliasUsers",
                "summary": "Says that two user ids are one person",
                "x-role": "admin",
                "parameters": [{"$ref": "#/components/parameters/DryRun"}],
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {"$ref": "#/components/schemas/UserPair"},
                      "examples": {
                        "merge": {"value": {"fromUser": "user_123", "toUser": "user_456"}}
                      }
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "What it changes.",
                    "data": {"$ref": "#/components/schemas/IdentityEffect"},
                    "examples": {
                      "merge": {"status": "stored", "events": 120, "sessions": 14, "persons": 1}
                    }
                  },
                  "409": "`CONFLICT`: the two are one person already, by other aliases.",
                  "410": "`GONE`: its time is too long ago, or a user was erased."
                }
              }
            },
            "/v1/identity/unalias": {
              "post": {
                "operationId": "unaliasUsers",
                "summary": "Takes an alias back",
                "x-role": "admin",
                "parameters": [{"$ref": "#/components/parameters/DryRun"}],
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {"$ref": "#/components/schemas/UserPair"},
                      "examples": {
                        "split": {"value": {"fromUser": "user_123", "toUser": "user_456"}}
                      }
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "What it changes.",
                    "data": {"$ref": "#/components/schemas/IdentityEffect"}
                  },
                  "404": "There is no such alias.",
                  "409": "`CONFLICT`: the two are one person by other aliases.",
                  "410": "`GONE`: its time is too long ago, or a user was erased."
                }
              }
            },
            "/v1/identity/unlink": {
              "post": {
                "operationId": "unlinkDevice",
                "summary": "Takes back that a device was a user's",
                "x-role": "admin",
                "parameters": [{"$ref": "#/components/parameters/DryRun"}],
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {
                        "type": "object",
                        "required": ["deviceId", "userId"],
                        "properties": {
                          "deviceId": {"$ref": "#/components/schemas/Id"},
                          "userId": {"$ref": "#/components/schemas/UserId"},
                          "timestamp": {
                            "type": ["string", "null"],
                            "format": "date-time",
                            "description": [
                              "Links up to this time are taken back; without it, up to now."
                            ]
                          },
                          "dryRun": {"$ref": "#/components/schemas/DryRun"}
                        }
                      },
                      "examples": {
                        "lent": {"value": {"deviceId": "dev_550e8400", "userId": "user_123"}}
                      }
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "What it changes.",
                    "data": {"$ref": "#/components/schemas/IdentityEffect"}
                  },
                  "404": "The two are not linked.",
                  "410": "`GONE`: its time is too long ago, or the user was erased."
                }
              }
            },
            "/v1/identity/squash": {
              "post": {
                "operationId": "squashPersons",
                "summary": "Writes who did it into the segments that lack it",
                "description": "Questions are faster then; no answer changes.",
                "x-role": "admin",
                "parameters": [{"$ref": "#/components/parameters/DryRun"}],
                "responses": {
                  "200": {
                    "description": "What was done, or would be.",
                    "data": {
                      "type": "object",
                      "required": [
                        "segments", "squashed", "events", "bytesBefore", "bytesAfter", "damaged"
                      ],
                      "properties": {
                        "segments": {"$ref": "#/components/schemas/Count"},
                        "squashed": {"$ref": "#/components/schemas/Count"},
                        "events": {"$ref": "#/components/schemas/Count"},
                        "bytesBefore": {"$ref": "#/components/schemas/Count"},
                        "bytesAfter": {"$ref": "#/components/schemas/Count"},
                        "damaged": {"$ref": "#/components/schemas/Count"}
                      }
                    }
                  }
                }
              }
            },
            "/v1/identity/publish": {
              "post": {
                "operationId": "publishIdentity",
                "summary": "Publishes the identity table that other engines read",
                "description": "Seals first. Without new events nothing is written.",
                "x-role": "admin",
                "responses": {
                  "200": {
                    "description": "The table as it is now.",
                    "data": {"$ref": "#/components/schemas/IdentityTable"},
                    "examples": {
                      "first": {"version": 0, "position": 38, "rows": 4, "files": 1, "bytes": 2801}
                    }
                  }
                }
              }
            }
          },
          "schemas": {
            "Login": {
              "type": "object",
              "required": ["anonymousId", "userId"],
              "properties": {
                "anonymousId": {"$ref": "#/components/schemas/Id"},
                "userId": {"$ref": "#/components/schemas/UserId"},
                "eventId": {"$ref": "#/components/schemas/EventId"},
                "timestamp": {"$ref": "#/components/schemas/Time"}
              }
            },
            "DeviceLogin": {
              "type": "object",
              "required": ["deviceId", "userId"],
              "properties": {
                "deviceId": {"$ref": "#/components/schemas/Id"},
                "userId": {"$ref": "#/components/schemas/UserId"},
                "eventId": {"$ref": "#/components/schemas/EventId"},
                "timestamp": {"$ref": "#/components/schemas/Time"}
              }
            },
            "Device": {
              "type": "object",
              "required": ["deviceId"],
              "properties": {
                "deviceId": {"$ref": "#/components/schemas/Id"},
                "eventId": {"$ref": "#/components/schemas/EventId"},
                "timestamp": {"$ref": "#/components/schemas/Time"}
              }
            },
            "AnonymousDevice": {
              "type": "object",
              "required": ["anonymousId"],
              "properties": {
                "anonymousId": {"$ref": "#/components/schemas/Id"},
                "eventId": {"$ref": "#/components/schemas/EventId"},
                "timestamp": {"$ref": "#/components/schemas/Time"}
              }
            },
            "IdentityStored": {
              "type": "object",
              "required": ["status", "eventId"],
              "properties": {
                "status": {"type": "string", "enum": ["ok"]},
                "eventId": {"$ref": "#/components/schemas/EventId"},
                "duplicate": {"type": "boolean", "enum": [true]},
                "adjusted": {"type": "boolean", "enum": [true]}
              }
            },
            "UserPair": {
              "type": "object",
              "required": ["fromUser", "toUser"],
              "properties": {
                "fromUser": {"$ref": "#/components/schemas/UserId"},
                "toUser": {
                  "$ref": "#/components/schemas/UserId",
                  "description": "Whose name the person has from now on."
                },
                "dryRun": {"$ref": "#/components/schemas/DryRun"}
              }
            },
            "IdentityEffect": {
              "type": "object",
              "required": ["status", "events", "sessions", "persons"],
              "properties": {
                "status": {
                  "type": "string",
                  "enum": ["stored", "duplicate", "unchanged", "dryRun"]
                },
                "events": {
                  "$ref": "#/components/schemas/Count",
                  "description": "Events that are another person's now."
                },
                "sessions": {"$ref": "#/components/schemas/Count"},
                "persons": {"$ref": "#/components/schemas/Count"}
              }
            },
            "IdentityTable": {
              "type": "object",
              "required": ["position", "rows", "files", "bytes"],
              "properties": {
                "version": {
                  "$ref": "#/components/schemas/Count",
                  "description": "Left out if it was never published."
                },
                "position": {
                  "$ref": "#/components/schemas/Count",
                  "description": "Events up to this number are known to it."
                },
                "rows": {"$ref": "#/components/schemas/Count"},
                "files": {"$ref": "#/components/schemas/Count"},
                "bytes": {"$ref": "#/components/schemas/Count"},
                "error": {"type": "string"}
              }
            }
          }
        }
        """#)
}
