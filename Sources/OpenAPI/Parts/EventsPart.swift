extension DocumentPart {
    /// Sending events.
    static let events = DocumentPart(
        #"""
        {
          "tag": {
            "name": "Events",
            "description": "Sending events, and who is who. What is answered is durable."
          },
          "paths": {
            "/v1/events": {
              "post": {
                "operationId": "sendEvents",
                "summary": "Sends one event, a list of events, or NDJSON",
                "description": [
                  "The body decides the form of the answer: one event is answered by `received`",
                  "(true) and `eventId`, a list or NDJSON by counts. One bad event is an error",
                  "(400, 410); bad events in a list cost the others nothing, and the status is",
                  "200. NDJSON may have any length and is stored while it comes. A body without a",
                  "media type, or with that of a form or plain text, is read as JSON."
                ],
                "x-role": "ingest",
                "x-idempotent": true,
                "requestBody": {
                  "required": true,
                  "description": [
                    "At most 16 MiB of JSON, inflated; NDJSON has no limit. `Content-Encoding:",
                    "gzip` is taken for both."
                  ],
                  "content": {
                    "application/json": {
                      "schema": {
                        "anyOf": [
                          {"$ref": "#/components/schemas/Event"},
                          {"$ref": "#/components/schemas/EventList"},
                          {"$ref": "#/components/schemas/EventBatch"}
                        ]
                      },
                      "examples": {
                        "impression": {
                          "value": {
                            "event": "impression",
                            "contentId": "cnt_abc123",
                            "userId": "user_123",
                            "sessionId": "sess_xyz789",
                            "data": {"position": 0, "entryPoint": "feed", "feedId": "feed_abc123"}
                          }
                        },
                        "playStart": {
                          "value": {
                            "event": "playStart",
                            "contentId": "cnt_abc123",
                            "userId": "user_123",
                            "sessionId": "sess_xyz789",
                            "data": {
                              "startupTime": 250,
                              "rendition": "720p",
                              "codec": "h264",
                              "autoplay": true
                            }
                          }
                        },
                        "completion": {
                          "value": {
                            "event": "completion",
                            "contentId": "cnt_abc123",
                            "userId": "user_123",
                            "sessionId": "sess_xyz789",
                            "data": {"watchTime": 45.2, "looped": false, "loopCount": 0}
                          }
                        },
                        "swipe": {
                          "value": {
                            "event": "swipe",
                            "contentId": "cnt_def456",
                            "userId": "user_123",
                            "sessionId": "sess_xyz789",
                            "data": {
                              "fromContentId": "cnt_abc123",
                              "watchTimeOnFrom": 12.5,
                              "direction": "next"
                            }
                          }
                        },
                        "forwarded": {
                          "value": {
                            "sdk": {"name": "web", "version": "2.1.0"},
                            "events": [
                              {
                                "eventId": "8f1d3a52-6f0b-4a0e-9d0c-0a6c1b2f7a11",
                                "type": "viewEnd",
                                "contentId": "cnt_abc123",
                                "userId": "anonymous",
                                "sessionId": "sess_xyz789",
                                "viewSessionId": "view_1",
                                "timestamp": "2026-11-27T10:15:00.000Z",
                                "data": {"watchTimeMs": 12500, "completed": false}
                              }
                            ]
                          }
                        }
                      }
                    },
                    "application/x-ndjson": {
                      "schema": {"type": "string", "description": "One event a line."},
                      "examples": {
                        "two": {
                          "value": "{\"event\":\"like\",\"contentId\":\"c1\"}\n{\"event\":\"save\",\"contentId\":\"c1\"}\n"
                        }
                      }
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "The events that are safe now.",
                    "data": {
                      "oneOf": [
                        {"$ref": "#/components/schemas/EventReceived"},
                        {"$ref": "#/components/schemas/EventsReceived"}
                      ]
                    },
                    "examples": {
                      "one": {"received": true, "eventId": "evt_3d8df123000000000001"},
                      "list": {
                        "received": 2,
                        "failed": 1,
                        "duplicates": 0,
                        "adjusted": 0,
                        "eventIds": ["evt_3d8df123000000000001", null, "evt_3d8df123000000000002"],
                        "errors": [
                          {
                            "index": 1,
                            "code": "VALIDATION_ERROR",
                            "message": "contentId is missing.",
                            "details": [{"field": "contentId", "reason": "missing"}]
                          }
                        ]
                      }
                    }
                  },
                  "410": "`GONE`: the event is too old, or its user was erased."
                }
              }
            },
            "/v1/events/batch": {
              "post": {
                "operationId": "sendBatch",
                "summary": "Sends up to 100 events",
                "description": [
                  "Bad events cost the others nothing: they are counted in `failed` and listed in",
                  "`errors`. More than 100 are 413, and none of them is stored."
                ],
                "x-role": "ingest",
                "x-idempotent": true,
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {
                        "anyOf": [
                          {
                            "type": "array",
                            "maxItems": 100,
                            "items": {"$ref": "#/components/schemas/Event"}
                          },
                          {
                            "type": "object",
                            "required": ["events"],
                            "properties": {
                              "events": {
                                "type": "array",
                                "maxItems": 100,
                                "items": {"$ref": "#/components/schemas/Event"}
                              }
                            }
                          }
                        ]
                      },
                      "examples": {
                        "documented": {
                          "value": {
                            "events": [
                              {
                                "event": "impression",
                                "contentId": "cnt_abc123",
                                "userId": "user_123",
                                "data": {"position": 0}
                              },
                              {
                                "event": "playStart",
                                "contentId": "cnt_abc123",
                                "userId": "user_123",
                                "data": {"startupTime": 200}
                              },
                              {
                                "event": "completion",
                                "contentId": "cnt_abc123",
                                "userId": "user_123",
                                "data": {"watchTime": 45.2}
                              }
                            ]
                          }
                        }
                      }
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "The events that are safe now.",
                    "data": {"$ref": "#/components/schemas/EventsReceived"},
                    "examples": {
                      "documented": {
                        "received": 3,
                        "failed": 0,
                        "duplicates": 0,
                        "adjusted": 0,
                        "eventIds": [
                          "evt_3d8df123000000000001", "evt_3d8df123000000000002",
                          "evt_3d8df123000000000003"
                        ],
                        "errors": []
                      }
                    }
                  }
                }
              }
            }
          },
          "schemas": {
            "EventId": {
              "type": "string",
              "minLength": 1,
              "maxLength": 512,
              "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"
            },
            "OptionalId": {
              "type": ["string", "null"],
              "minLength": 1,
              "maxLength": 512,
              "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"
            },
            "EventType": {
              "type": "string",
              "minLength": 1,
              "maxLength": 512,
              "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$",
              "description": [
                "impression, playStart, watchProgress, completion, swipe, like, share, save,",
                "rebuffer, qualityChange, error, interaction, adImpression, adCompletion,",
                "feedEntry, feedExit, …; any other name is a custom event. Upper and lower case,",
                "spaces, `_` and `-` make no difference."
              ],
              "examples": ["impression", "custom_action"]
            },
            "Event": {
              "type": "object",
              "description": [
                "Which fields a type requires stands in docs/EventReference.md, with units and",
                "other names. Names may be in snake case. What is not listed is kept and can be",
                "asked for."
              ],
              "anyOf": [{"required": ["event"]}, {"required": ["type"]}],
              "properties": {
                "event": {"$ref": "#/components/schemas/EventType"},
                "type": {
                  "$ref": "#/components/schemas/EventType",
                  "description": "The same as `event`, which is also called `eventType`."
                },
                "eventId": {
                  "$ref": "#/components/schemas/OptionalId",
                  "description": [
                    "A repeat from the same producer is stored once. Without one the store makes",
                    "one. Also called `id`, `uuid`, `insertId`, `messageId`."
                  ]
                },
                "contentId": {
                  "type": ["string", "null"],
                  "minLength": 1,
                  "maxLength": 256,
                  "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$",
                  "description": "What it happened to; most types require it."
                },
                "userId": {
                  "type": ["string", "null"],
                  "maxLength": 512,
                  "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$",
                  "description": [
                    "The signed-in user. `anonymous`, `guest`, an empty text and the like mean",
                    "nobody."
                  ]
                },
                "deviceId": {
                  "$ref": "#/components/schemas/OptionalId",
                  "description": "The device, or the anonymous id. Also called `anonymousId`."
                },
                "sessionId": {"$ref": "#/components/schemas/OptionalId"},
                "viewSessionId": {"$ref": "#/components/schemas/OptionalId"},
                "timestamp": {
                  "type": ["string", "null"],
                  "format": "date-time",
                  "description": [
                    "When it happened: RFC 3339 with an offset. Without it, or over 5 minutes",
                    "ahead, the time at which it came counts."
                  ]
                },
                "data": {
                  "type": ["object", "null"],
                  "description": "What belongs to the type: `position`, `startupTime`, …"
                }
              },
              "examples": [{"event": "like", "contentId": "cnt_abc123", "userId": "user_123"}]
            },
            "EventList": {
              "type": "array",
              "description": "An event that is wrong is refused alone, and told of in `errors`.",
              "items": {"$ref": "#/components/schemas/Event"}
            },
            "EventBatch": {
              "type": "object",
              "required": ["events"],
              "properties": {
                "events": {"$ref": "#/components/schemas/EventList"},
                "sdk": {
                  "description": [
                    "Who forwards the events. With it, watch times are milliseconds, and",
                    "`contentId` of a swipe is the one that it leaves. What stands beside",
                    "`events` is kept with each."
                  ]
                }
              }
            },
            "EventReceived": {
              "type": "object",
              "required": ["received", "eventId"],
              "properties": {
                "received": {"type": "boolean", "enum": [true]},
                "eventId": {"$ref": "#/components/schemas/EventId"},
                "duplicate": {
                  "type": "boolean",
                  "enum": [true],
                  "description": "It was sent before; nothing is stored twice."
                },
                "adjusted": {
                  "type": "boolean",
                  "enum": [true],
                  "description": "Its time was too far ahead and was replaced."
                }
              }
            },
            "EventsReceived": {
              "type": "object",
              "required": ["received", "failed", "duplicates", "adjusted", "errors"],
              "properties": {
                "received": {
                  "$ref": "#/components/schemas/Count",
                  "description": "Events that are safe, repeats included."
                },
                "failed": {"$ref": "#/components/schemas/Count"},
                "duplicates": {"$ref": "#/components/schemas/Count"},
                "adjusted": {"$ref": "#/components/schemas/Count"},
                "eventIds": {
                  "type": "array",
                  "items": {"type": ["string", "null"]},
                  "description": "In the order of the list; null where refused. Not of NDJSON."
                },
                "eventIdsOmitted": {
                  "type": "boolean",
                  "enum": [true],
                  "description": "The list of ids would be longer than 256 KiB."
                },
                "errors": {
                  "type": "array",
                  "maxItems": 1000,
                  "items": {"$ref": "#/components/schemas/EventError"}
                },
                "errorsOmitted": {
                  "$ref": "#/components/schemas/Count",
                  "description": "Errors beyond 1,000, or 256 KiB."
                }
              }
            },
            "EventError": {
              "type": "object",
              "required": ["code", "message", "details"],
              "properties": {
                "index": {"type": "integer", "minimum": 0, "description": "In the list, from 0."},
                "line": {
                  "type": "integer",
                  "minimum": 1,
                  "description": "In NDJSON, from 1, blank lines included."
                },
                "byteOffset": {
                  "type": "integer",
                  "minimum": 0,
                  "description": "From the start of the event."
                },
                "code": {"$ref": "#/components/schemas/ErrorCode"},
                "message": {"type": "string"},
                "details": {"type": "array", "items": {"$ref": "#/components/schemas/Detail"}}
              }
            }
          }
        }
        """#)
}
