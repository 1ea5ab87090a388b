extension DocumentPart {
    /// What administrators do with what is stored.
    static let store = DocumentPart(
        #"""
        {
          "tag": {"name": "Store", "description": "What administrators do with what is stored."},
          "paths": {
            "/v1/seal": {
              "post": {
                "operationId": "seal",
                "summary": "Puts all events so far into segments",
                "x-role": "admin",
                "x-idempotent": true,
                "responses": {
                  "200": {
                    "description": "How many events were put there.",
                    "data": {
                      "type": "object",
                      "required": ["sealed"],
                      "properties": {"sealed": {"$ref": "#/components/schemas/Count"}}
                    },
                    "examples": {"some": {"sealed": 1200}}
                  }
                }
              }
            },
            "/v1/compact": {
              "post": {
                "operationId": "compact",
                "summary": "Puts segments together, one step",
                "description": "docs/Compaction.md. Done when `data` is null.",
                "x-role": "admin",
                "parameters": [
                  {"$ref": "#/components/parameters/DryRun"},
                  {"$ref": "#/components/parameters/Now"}
                ],
                "responses": {
                  "200": {
                    "description": [
                      "What was done, null if nothing is left to do, or, of a dry run, what would",
                      "be done."
                    ],
                    "data": {
                      "anyOf": [
                        {"$ref": "#/components/schemas/CompactionStep"},
                        {"$ref": "#/components/schemas/CompactionPlan"},
                        {"type": "null"}
                      ]
                    }
                  }
                }
              }
            },
            "/v1/expire": {
              "post": {
                "operationId": "expire",
                "summary": "Lets events go that are too old or too many, one step",
                "description": "docs/Retention.md. Done when `data` is null.",
                "x-role": "admin",
                "parameters": [
                  {"$ref": "#/components/parameters/DryRun"},
                  {
                    "name": "trustClock",
                    "in": "query",
                    "description": "Says that the wall clock is right, where the daemon doubts it.",
                    "schema": {"$ref": "#/components/schemas/Flag"}
                  }
                ],
                "responses": {
                  "200": {
                    "description": [
                      "What went, null if nothing is left to go, or, of a dry run, what would go."
                    ],
                    "data": {
                      "anyOf": [
                        {"$ref": "#/components/schemas/ExpirationStep"},
                        {"$ref": "#/components/schemas/ExpirationPlan"},
                        {"type": "null"}
                      ]
                    }
                  }
                }
              }
            },
            "/v1/snapshot": {
              "post": {
                "operationId": "makeSnapshot",
                "summary": "Makes a complete store in a new directory",
                "description": "docs/Snapshot.md.",
                "x-role": "admin",
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {
                        "type": "object",
                        "required": ["directory"],
                        "properties": {
                          "directory": {
                            "type": "string",
                            "description": "An absolute path, which is not there yet."
                          }
                        }
                      },
                      "examples": {"backup": {"value": {"directory": "/backup/2026-11-27"}}}
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "What is in it.",
                    "data": {
                      "type": "object",
                      "required": [
                        "directory", "segments", "events", "linkedBytes", "copiedBytes", "lastSeq",
                        "version", "took", "missing"
                      ],
                      "properties": {
                        "directory": {"type": "string"},
                        "segments": {"$ref": "#/components/schemas/Count"},
                        "events": {"$ref": "#/components/schemas/Count"},
                        "linkedBytes": {"$ref": "#/components/schemas/Count"},
                        "copiedBytes": {"$ref": "#/components/schemas/Count"},
                        "lastSeq": {"$ref": "#/components/schemas/Count"},
                        "version": {"$ref": "#/components/schemas/Count"},
                        "took": {"type": "number", "description": "Seconds."},
                        "missing": {
                          "type": "array",
                          "items": {"type": "string"},
                          "description": "Files that the store should have and has not."
                        }
                      }
                    }
                  }
                }
              }
            },
            "/v1/quarantine/replay": {
              "post": {
                "operationId": "replayQuarantine",
                "summary": "Offers refused events again",
                "description": "docs/Ledger.md.",
                "x-role": "admin",
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {
                        "anyOf": [
                          {"$ref": "#/components/schemas/QuarantinedIds"},
                          {"$ref": "#/components/schemas/AllQuarantined"}
                        ]
                      },
                      "examples": {"try": {"value": {"all": true, "dryRun": true}}}
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "What became of them.",
                    "data": {
                      "type": "object",
                      "required": [
                        "events", "accepted", "stored", "duplicates", "refused", "truncated",
                        "missing", "dryRun"
                      ],
                      "properties": {
                        "events": {"$ref": "#/components/schemas/Count"},
                        "accepted": {"$ref": "#/components/schemas/Count"},
                        "stored": {"$ref": "#/components/schemas/Count"},
                        "duplicates": {"$ref": "#/components/schemas/Count"},
                        "refused": {"$ref": "#/components/schemas/Count"},
                        "truncated": {"$ref": "#/components/schemas/Count"},
                        "missing": {"$ref": "#/components/schemas/Count"},
                        "dryRun": {"type": "boolean"}
                      }
                    },
                    "examples": {
                      "try": {
                        "events": 17,
                        "accepted": 2,
                        "stored": 0,
                        "duplicates": 0,
                        "refused": 15,
                        "truncated": 0,
                        "missing": 0,
                        "dryRun": true
                      }
                    }
                  }
                }
              }
            },
            "/v1/quarantine/drop": {
              "post": {
                "operationId": "dropQuarantine",
                "summary": "Forgets refused events",
                "x-role": "admin",
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {
                        "anyOf": [
                          {"$ref": "#/components/schemas/QuarantinedIds"},
                          {"$ref": "#/components/schemas/AllQuarantined"}
                        ]
                      },
                      "examples": {"two": {"value": {"ids": [17, 18]}}}
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "How many went, and how many were not there.",
                    "data": {
                      "type": "object",
                      "required": ["dropped", "missing"],
                      "properties": {
                        "dropped": {"$ref": "#/components/schemas/Count"},
                        "missing": {"$ref": "#/components/schemas/Count"}
                      }
                    },
                    "examples": {"two": {"dropped": 2, "missing": 0}}
                  }
                }
              }
            }
          },
          "schemas": {
            "QuarantinedIds": {
              "type": "object",
              "required": ["ids"],
              "properties": {
                "ids": {
                  "type": "array",
                  "minItems": 1,
                  "items": {
                    "type": "integer",
                    "minimum": -9223372036854775808,
                    "maximum": 9223372036854775807
                  }
                },
                "all": {"enum": [false, null]},
                "dryRun": {"type": ["boolean", "null"]}
              }
            },
            "AllQuarantined": {
              "type": "object",
              "required": ["all"],
              "properties": {
                "all": {"enum": [true]},
                "ids": {"type": "null"},
                "dryRun": {"type": ["boolean", "null"]}
              }
            },
            "CompactionStep": {
              "type": "object",
              "required": ["inputs", "events", "bytesRead", "outputs", "bytesWritten"],
              "properties": {
                "inputs": {"$ref": "#/components/schemas/Count"},
                "events": {"$ref": "#/components/schemas/Count"},
                "bytesRead": {"$ref": "#/components/schemas/Count"},
                "outputs": {"$ref": "#/components/schemas/Count"},
                "bytesWritten": {"$ref": "#/components/schemas/Count"}
              }
            },
            "CompactionPlan": {
              "type": "object",
              "required": [
                "segments", "bytes", "steps", "inputs", "events", "bytesRead", "damaged"
              ],
              "properties": {
                "segments": {"$ref": "#/components/schemas/Count"},
                "bytes": {"$ref": "#/components/schemas/Count"},
                "steps": {"$ref": "#/components/schemas/Count"},
                "inputs": {"$ref": "#/components/schemas/Count"},
                "events": {"$ref": "#/components/schemas/Count"},
                "bytesRead": {"$ref": "#/components/schemas/Count"},
                "damaged": {"$ref": "#/components/schemas/Count"}
              }
            },
            "ExpirationStep": {
              "type": "object",
              "required": ["reason", "segments", "rewritten", "events", "bytes"],
              "properties": {
                "reason": {"type": "string", "enum": ["age", "bytes"]},
                "segments": {"$ref": "#/components/schemas/Count"},
                "rewritten": {"$ref": "#/components/schemas/Count"},
                "events": {"$ref": "#/components/schemas/Count"},
                "bytes": {"type": "integer"},
                "oldestKept": {"$ref": "#/components/schemas/Microseconds"}
              }
            },
            "ExpirationPlan": {
              "type": "object",
              "required": ["segments", "rewritten", "events", "bytes", "clock", "damaged"],
              "properties": {
                "segments": {"$ref": "#/components/schemas/Count"},
                "rewritten": {"$ref": "#/components/schemas/Count"},
                "events": {"$ref": "#/components/schemas/Count"},
                "bytes": {"$ref": "#/components/schemas/Count"},
                "oldestKept": {"$ref": "#/components/schemas/Microseconds"},
                "clock": {"$ref": "#/components/schemas/ClockStatus"},
                "damaged": {"$ref": "#/components/schemas/Count"}
              }
            },
            "ClockStatus": {
              "type": "object",
              "properties": {
                "doubt": {
                  "type": "string",
                  "enum": ["start", "step"],
                  "description": "Why the wall clock does not decide what is too old."
                },
                "liftedIn": {
                  "type": "number",
                  "description": "Seconds until it does, if it stays in step."
                }
              }
            }
          }
        }
        """#)
}
