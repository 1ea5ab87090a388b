extension DocumentPart {
    /// Who somebody is.
    static let persons = DocumentPart(
        #"""
        {
          "tag": {
            "name": "Persons",
            "description": [
              "Who somebody is, whose an event is and why. Each is a query: the same limits hold."
            ]
          },
          "paths": {
            "/v1/identity/explain": {
              "get": {
                "operationId": "explainIdentity",
                "summary": "Tells whose an event is, and why",
                "description": [
                  "Either `event` alone, or `device`, `user` or both for an event that could",
                  "come. A query: its limits hold."
                ],
                "x-role": "read",
                "parameters": [
                  {
                    "name": "event",
                    "in": "query",
                    "description": "The id of a stored event.",
                    "schema": {"type": "string"}
                  },
                  {"name": "device", "in": "query", "schema": {"type": "string"}},
                  {"name": "user", "in": "query", "schema": {"type": "string"}},
                  {
                    "name": "at",
                    "in": "query",
                    "description": "When; without it, now.",
                    "schema": {"$ref": "#/components/schemas/Time"}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "One explanation for each event of this id.",
                    "data": {
                      "type": "object",
                      "required": ["explanations"],
                      "properties": {
                        "explanations": {
                          "type": "array",
                          "items": {"$ref": "#/components/schemas/Explanation"}
                        }
                      }
                    },
                    "meta": {"$ref": "#/components/schemas/QuestionMeta"},
                    "headers": {"X-EventLog-Partial": {"$ref": "#/components/headers/Partial"}}
                  },
                  "404": "There is no event with this id.",
                  "422": "The question would pass a limit (reason `limit`).",
                  "429": "`RATE_LIMITED`: this user has 16 queries running."
                }
              }
            },
            "/v1/identity/doctor": {
              "get": {
                "operationId": "diagnoseIdentity",
                "summary": "Lists what looks wrong about logins",
                "x-role": "read",
                "parameters": [
                  {
                    "name": "devicesMax",
                    "in": "query",
                    "description": "Devices that a person may have without being listed.",
                    "schema": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 20}
                  },
                  {
                    "name": "limit",
                    "in": "query",
                    "description": "Items of a finding that are listed.",
                    "schema": {"type": "integer", "minimum": 1, "maximum": 10000, "default": 20}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "One finding of each kind, also where there is nothing to find.",
                    "data": {"$ref": "#/components/schemas/Diagnosis"},
                    "meta": {"$ref": "#/components/schemas/QuestionMeta"},
                    "headers": {"X-EventLog-Partial": {"$ref": "#/components/headers/Partial"}}
                  },
                  "422": "The question would pass a limit (reason `limit`).",
                  "429": "`RATE_LIMITED`: this user has 16 queries running."
                }
              }
            },
            "/v1/persons/{id}": {
              "get": {
                "operationId": "getPerson",
                "summary": "Tells what is known of a person",
                "x-role": "read",
                "parameters": [
                  {
                    "name": "id",
                    "in": "path",
                    "required": true,
                    "description": "A user id or a `personId`.",
                    "schema": {
                      "type": "string",
                      "minLength": 1,
                      "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$",
                      "not": {"$ref": "#/components/schemas/Nobody"}
                    },
                    "example": "user_123"
                  }
                ],
                "responses": {
                  "200": {
                    "description": "Ids, events by type, devices and who else used these.",
                    "data": {"$ref": "#/components/schemas/Person"},
                    "meta": {"$ref": "#/components/schemas/QuestionMeta"},
                    "headers": {"X-EventLog-Partial": {"$ref": "#/components/headers/Partial"}}
                  },
                  "404": "Nothing is known of this person.",
                  "422": "The question would pass a limit (reason `limit`).",
                  "429": "`RATE_LIMITED`: this user has 16 queries running."
                }
              }
            }
          },
          "schemas": {
            "QuestionMeta": {
              "type": "object",
              "required": ["requestId", "partial"],
              "properties": {
                "requestId": {"$ref": "#/components/schemas/RequestId"},
                "partial": {"type": "boolean"},
                "damage": {"type": "array", "items": {"$ref": "#/components/schemas/Damage"}}
              }
            },
            "Explanation": {
              "type": "object",
              "required": ["timestamp", "rule", "aliases", "unlinks", "text"],
              "properties": {
                "eventId": {"$ref": "#/components/schemas/EventId"},
                "event": {"type": "string"},
                "receivedAt": {"$ref": "#/components/schemas/Time"},
                "timestamp": {"$ref": "#/components/schemas/Time"},
                "deviceId": {"type": "string"},
                "userId": {"type": "string"},
                "placeholder": {
                  "type": "string",
                  "description": "The user id that was sent, if it stands for nobody."
                },
                "personId": {"type": "string"},
                "isAnonymous": {"type": "boolean"},
                "rule": {
                  "type": "string",
                  "enum": [
                    "userGiven", "noLink", "latestLink", "firstLinkClaims", "beyondClaimWindow",
                    "sharedDevice", "nobody"
                  ]
                },
                "link": {
                  "type": "object",
                  "required": ["userId", "at", "kind"],
                  "properties": {
                    "userId": {"type": "string"},
                    "at": {"$ref": "#/components/schemas/Time"},
                    "kind": {"type": "string", "enum": ["identify", "implicit"]}
                  }
                },
                "epoch": {"type": "integer", "minimum": 0},
                "epochStart": {"$ref": "#/components/schemas/Time"},
                "aliases": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["from", "to", "seq"],
                    "properties": {
                      "from": {"type": "string"},
                      "to": {"type": "string"},
                      "seq": {"$ref": "#/components/schemas/Count"}
                    }
                  }
                },
                "unlinks": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["userId", "through"],
                    "properties": {
                      "userId": {"type": "string"},
                      "through": {"$ref": "#/components/schemas/Time"}
                    }
                  }
                },
                "text": {
                  "type": "array",
                  "items": {"type": "string"},
                  "description": "The same in sentences."
                }
              }
            },
            "Diagnosis": {
              "type": "object",
              "required": ["devices", "findings"],
              "properties": {
                "devices": {"$ref": "#/components/schemas/Count"},
                "findings": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["kind", "title", "meaning", "advice", "count", "items", "omitted"],
                    "properties": {
                      "kind": {
                        "type": "string",
                        "enum": [
                          "sharedDevice", "manyDevices", "refusedAlias", "placeholder", "sameId"
                        ]
                      },
                      "title": {"type": "string"},
                      "meaning": {"type": "string"},
                      "advice": {"type": "string"},
                      "count": {"$ref": "#/components/schemas/Count"},
                      "items": {
                        "type": "array",
                        "items": {
                          "type": "object",
                          "required": ["id"],
                          "properties": {
                            "id": {"type": "string"},
                            "count": {"$ref": "#/components/schemas/Count"},
                            "to": {"type": "string"}
                          }
                        }
                      },
                      "omitted": {"$ref": "#/components/schemas/Count"}
                    }
                  }
                }
              }
            },
            "Person": {
              "type": "object",
              "required": [
                "personId", "isAnonymous", "userIds", "events", "sessions", "byEvent",
                "byEventOmitted", "devices", "devicesOmitted"
              ],
              "properties": {
                "personId": {"type": "string"},
                "isAnonymous": {"type": "boolean"},
                "userIds": {"type": "array", "items": {"type": "string"}},
                "events": {"$ref": "#/components/schemas/Count"},
                "sessions": {"$ref": "#/components/schemas/Count"},
                "firstEventAt": {"$ref": "#/components/schemas/Time"},
                "lastEventAt": {"$ref": "#/components/schemas/Time"},
                "byEvent": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["event", "events", "sessions"],
                    "properties": {
                      "event": {"type": "string"},
                      "events": {"$ref": "#/components/schemas/Count"},
                      "sessions": {"$ref": "#/components/schemas/Count"}
                    }
                  }
                },
                "byEventOmitted": {"$ref": "#/components/schemas/Count"},
                "devices": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["deviceId", "isShared", "events", "others", "othersOmitted"],
                    "properties": {
                      "deviceId": {"type": "string"},
                      "isShared": {"type": "boolean"},
                      "events": {"$ref": "#/components/schemas/Count"},
                      "firstEventAt": {"$ref": "#/components/schemas/Time"},
                      "lastEventAt": {"$ref": "#/components/schemas/Time"},
                      "others": {
                        "type": "array",
                        "items": {
                          "type": "object",
                          "required": ["personId", "events"],
                          "properties": {
                            "personId": {"type": "string"},
                            "events": {"$ref": "#/components/schemas/Count"}
                          }
                        }
                      },
                      "othersOmitted": {"$ref": "#/components/schemas/Count"}
                    }
                  }
                },
                "devicesOmitted": {"$ref": "#/components/schemas/Count"}
              }
            }
          }
        }
        """#)
}
