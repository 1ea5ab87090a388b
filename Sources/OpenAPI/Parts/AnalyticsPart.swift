extension DocumentPart {
    /// Figures by name.
    static let analytics = DocumentPart(
        #"""
        {
          "tag": {
            "name": "Analytics",
            "description": [
              "Figures by name; docs/Analytics.md defines each. Fresh to the last acknowledged event."
            ]
          },
          "paths": {
            "/v1/analytics/overview": {
              "get": {
                "operationId": "getOverview",
                "summary": "What happened in a range",
                "x-role": "read",
                "parameters": [
                  {
                    "name": "startDate",
                    "in": "query",
                    "description": [
                      "A day of the zone, or an instant. Without it, from the first event on."
                    ],
                    "schema": {"type": "string", "examples": ["2026-11-01"]}
                  },
                  {
                    "name": "endDate",
                    "in": "query",
                    "description": ["A day of the zone, which is in it, or an instant, which is not."],
                    "schema": {"type": "string", "examples": ["2026-11-30"]}
                  },
                  {
                    "name": "timeZone",
                    "in": "query",
                    "description": ["`Europe/Berlin`, `+02:00`; UTC if not said."],
                    "schema": {"type": "string"}
                  },
                  {
                    "name": "granularity",
                    "in": "query",
                    "schema": {"$ref": "#/components/schemas/Granularity"}
                  },
                  {
                    "name": "compare",
                    "in": "query",
                    "description": ["Whether the time before is told, too."],
                    "schema": {"type": "string", "enum": ["true", "false", "previous"]}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "The figures.",
                    "data": {
                      "allOf": [
                        {"$ref": "#/components/schemas/Figures"},
                        {
                          "type": "object",
                          "required": ["range", "startupP50", "startupP95", "timeseries"],
                          "properties": {
                            "range": {"$ref": "#/components/schemas/FigureRange"},
                            "startupP50": {"type": ["number", "null"]},
                            "startupP95": {"type": ["number", "null"]},
                            "timeseries": {
                              "type": "array",
                              "items": {"$ref": "#/components/schemas/FigureBucket"}
                            }
                          }
                        }
                      ]
                    },
                    "meta": {"$ref": "#/components/schemas/QuestionMeta"},
                    "headers": {"X-EventLog-Partial": {"$ref": "#/components/headers/Partial"}}
                  },
                  "422": "The answer would pass a limit (reason `limit`).",
                  "429": "`RATE_LIMITED`: this user has 16 queries running."
                }
              }
            },
            "/v1/analytics/content": {
              "get": {
                "operationId": "listContentFigures",
                "summary": "A page of contents with their figures",
                "x-role": "read",
                "parameters": [
                  {
                    "name": "startDate",
                    "in": "query",
                    "description": [
                      "A day of the zone, or an instant. Without it, from the first event on."
                    ],
                    "schema": {"type": "string", "examples": ["2026-11-01"]}
                  },
                  {
                    "name": "endDate",
                    "in": "query",
                    "description": ["A day of the zone, which is in it, or an instant, which is not."],
                    "schema": {"type": "string", "examples": ["2026-11-30"]}
                  },
                  {
                    "name": "timeZone",
                    "in": "query",
                    "description": ["`Europe/Berlin`, `+02:00`; UTC if not said."],
                    "schema": {"type": "string"}
                  },
                  {
                    "name": "granularity",
                    "in": "query",
                    "schema": {"$ref": "#/components/schemas/Granularity"}
                  },
                  {
                    "name": "compare",
                    "in": "query",
                    "description": ["Whether the time before is told, too."],
                    "schema": {"type": "string", "enum": ["true", "false", "previous"]}
                  },
                  {
                    "name": "sort",
                    "in": "query",
                    "description": ["`views` if not said."],
                    "schema": {"$ref": "#/components/schemas/FigureName"}
                  },
                  {
                    "name": "order",
                    "in": "query",
                    "schema": {"type": "string", "enum": ["asc", "desc"]}
                  },
                  {
                    "name": "limit",
                    "in": "query",
                    "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
                  },
                  {
                    "name": "cursor",
                    "in": "query",
                    "description": ["`nextCursor` of the page before, in the same order."],
                    "schema": {"type": "string"}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "The figures.",
                    "data": {
                      "type": "object",
                      "required": ["range", "content", "total", "nextCursor"],
                      "properties": {
                        "range": {"$ref": "#/components/schemas/FigureRange"},
                        "content": {
                          "type": "array",
                          "items": {"$ref": "#/components/schemas/ContentFigures"}
                        },
                        "total": {"type": "integer", "minimum": 0},
                        "nextCursor": {"type": ["string", "null"]}
                      }
                    },
                    "meta": {"$ref": "#/components/schemas/QuestionMeta"},
                    "headers": {"X-EventLog-Partial": {"$ref": "#/components/headers/Partial"}}
                  },
                  "422": "The answer would pass a limit (reason `limit`).",
                  "429": "`RATE_LIMITED`: this user has 16 queries running."
                }
              }
            },
            "/v1/analytics/content/{id}": {
              "get": {
                "operationId": "getContentFigures",
                "summary": "The figures of one content",
                "x-role": "read",
                "parameters": [
                  {
                    "name": "id",
                    "in": "path",
                    "required": true,
                    "schema": {"type": "string", "minLength": 1, "examples": ["cnt_abc123"]}
                  },
                  {
                    "name": "startDate",
                    "in": "query",
                    "description": [
                      "A day of the zone, or an instant. Without it, from the first event on."
                    ],
                    "schema": {"type": "string", "examples": ["2026-11-01"]}
                  },
                  {
                    "name": "endDate",
                    "in": "query",
                    "description": ["A day of the zone, which is in it, or an instant, which is not."],
                    "schema": {"type": "string", "examples": ["2026-11-30"]}
                  },
                  {
                    "name": "timeZone",
                    "in": "query",
                    "description": ["`Europe/Berlin`, `+02:00`; UTC if not said."],
                    "schema": {"type": "string"}
                  },
                  {
                    "name": "granularity",
                    "in": "query",
                    "schema": {"$ref": "#/components/schemas/Granularity"}
                  },
                  {
                    "name": "compare",
                    "in": "query",
                    "description": ["Whether the time before is told, too."],
                    "schema": {"type": "string", "enum": ["true", "false", "previous"]}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "The figures.",
                    "data": {"$ref": "#/components/schemas/ContentFigures"},
                    "meta": {"$ref": "#/components/schemas/QuestionMeta"},
                    "headers": {"X-EventLog-Partial": {"$ref": "#/components/headers/Partial"}}
                  },
                  "404": "Nothing is known of this content.",
                  "422": "The answer would pass a limit (reason `limit`).",
                  "429": "`RATE_LIMITED`: this user has 16 queries running."
                }
              }
            },
            "/v1/analytics/engagement": {
              "get": {
                "operationId": "getEngagement",
                "summary": "What people do beyond looking, and when",
                "x-role": "read",
                "parameters": [
                  {
                    "name": "startDate",
                    "in": "query",
                    "description": [
                      "A day of the zone, or an instant. Without it, from the first event on."
                    ],
                    "schema": {"type": "string", "examples": ["2026-11-01"]}
                  },
                  {
                    "name": "endDate",
                    "in": "query",
                    "description": ["A day of the zone, which is in it, or an instant, which is not."],
                    "schema": {"type": "string", "examples": ["2026-11-30"]}
                  },
                  {
                    "name": "timeZone",
                    "in": "query",
                    "description": ["`Europe/Berlin`, `+02:00`; UTC if not said."],
                    "schema": {"type": "string"}
                  },
                  {
                    "name": "granularity",
                    "in": "query",
                    "schema": {"$ref": "#/components/schemas/Granularity"}
                  },
                  {
                    "name": "compare",
                    "in": "query",
                    "description": ["Whether the time before is told, too."],
                    "schema": {"type": "string", "enum": ["true", "false", "previous"]}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "The figures.",
                    "data": {
                      "type": "object",
                      "required": [
                        "range",
                        "views",
                        "plays",
                        "sessions",
                        "feedDepth",
                        "avgSessionDuration",
                        "likeRate",
                        "shareRate",
                        "saveRate",
                        "swipeVelocity",
                        "actions",
                        "timeOfDay",
                        "timeseries"
                      ],
                      "properties": {
                        "range": {"$ref": "#/components/schemas/FigureRange"},
                        "views": {"type": "integer", "minimum": 0},
                        "plays": {"type": "integer", "minimum": 0},
                        "sessions": {"type": "integer", "minimum": 0},
                        "feedDepth": {"type": ["number", "null"]},
                        "avgSessionDuration": {"type": ["number", "null"]},
                        "likeRate": {"type": ["number", "null"]},
                        "shareRate": {"type": ["number", "null"]},
                        "saveRate": {"type": ["number", "null"]},
                        "swipeVelocity": {"type": ["number", "null"]},
                        "actions": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["action", "events"],
                            "properties": {
                              "action": {"type": "string"},
                              "events": {"type": "integer", "minimum": 0}
                            }
                          }
                        },
                        "timeOfDay": {
                          "type": "object",
                          "required": ["timeZone", "plays"],
                          "properties": {
                            "timeZone": {"type": "string"},
                            "plays": {
                              "type": "array",
                              "items": {"type": "array", "items": {"type": "integer", "minimum": 0}}
                            }
                          }
                        },
                        "timeseries": {"type": "array", "items": {"type": "object"}}
                      }
                    },
                    "meta": {"$ref": "#/components/schemas/QuestionMeta"},
                    "headers": {"X-EventLog-Partial": {"$ref": "#/components/headers/Partial"}}
                  },
                  "422": "The answer would pass a limit (reason `limit`).",
                  "429": "`RATE_LIMITED`: this user has 16 queries running."
                }
              }
            },
            "/v1/analytics/quality": {
              "get": {
                "operationId": "getQuality",
                "summary": "How well playback went",
                "x-role": "read",
                "parameters": [
                  {
                    "name": "startDate",
                    "in": "query",
                    "description": [
                      "A day of the zone, or an instant. Without it, from the first event on."
                    ],
                    "schema": {"type": "string", "examples": ["2026-11-01"]}
                  },
                  {
                    "name": "endDate",
                    "in": "query",
                    "description": ["A day of the zone, which is in it, or an instant, which is not."],
                    "schema": {"type": "string", "examples": ["2026-11-30"]}
                  },
                  {
                    "name": "timeZone",
                    "in": "query",
                    "description": ["`Europe/Berlin`, `+02:00`; UTC if not said."],
                    "schema": {"type": "string"}
                  },
                  {
                    "name": "granularity",
                    "in": "query",
                    "schema": {"$ref": "#/components/schemas/Granularity"}
                  },
                  {
                    "name": "compare",
                    "in": "query",
                    "description": ["Whether the time before is told, too."],
                    "schema": {"type": "string", "enum": ["true", "false", "previous"]}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "The figures.",
                    "data": {
                      "type": "object",
                      "required": [
                        "range",
                        "plays",
                        "startupP50",
                        "startupP95",
                        "rebufferRate",
                        "avgRebufferDuration",
                        "errors",
                        "errorRate",
                        "errorsByType",
                        "topErrors",
                        "affectedContent",
                        "timeseries"
                      ],
                      "properties": {
                        "range": {"$ref": "#/components/schemas/FigureRange"},
                        "plays": {"type": "integer", "minimum": 0},
                        "startupP50": {"type": ["number", "null"]},
                        "startupP95": {"type": ["number", "null"]},
                        "rebufferRate": {"type": ["number", "null"]},
                        "avgRebufferDuration": {"type": ["number", "null"]},
                        "errors": {"type": "integer", "minimum": 0},
                        "errorRate": {"type": ["number", "null"]},
                        "errorsByType": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["errorType", "errors", "share"],
                            "properties": {
                              "errorType": {"type": ["string", "null"]},
                              "errors": {"type": "integer", "minimum": 0},
                              "share": {"type": ["number", "null"]}
                            }
                          }
                        },
                        "topErrors": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["errorCode", "errors"],
                            "properties": {
                              "errorCode": {"type": ["string", "null"]},
                              "errors": {"type": "integer", "minimum": 0}
                            }
                          }
                        },
                        "affectedContent": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["contentId", "plays", "errors", "errorRate"],
                            "properties": {
                              "contentId": {"type": "string"},
                              "plays": {"type": "integer", "minimum": 0},
                              "errors": {"type": "integer", "minimum": 0},
                              "errorRate": {"type": ["number", "null"]}
                            }
                          }
                        },
                        "timeseries": {"type": "array", "items": {"type": "object"}}
                      }
                    },
                    "meta": {"$ref": "#/components/schemas/QuestionMeta"},
                    "headers": {"X-EventLog-Partial": {"$ref": "#/components/headers/Partial"}}
                  },
                  "422": "The answer would pass a limit (reason `limit`).",
                  "429": "`RATE_LIMITED`: this user has 16 queries running."
                }
              }
            },
            "/v1/analytics/retention": {
              "get": {
                "operationId": "getRetention",
                "summary": "Who came back",
                "x-role": "read",
                "parameters": [
                  {
                    "name": "startDate",
                    "in": "query",
                    "description": [
                      "A day of the zone, or an instant. Without it, from the first event on."
                    ],
                    "schema": {"type": "string", "examples": ["2026-11-01"]}
                  },
                  {
                    "name": "endDate",
                    "in": "query",
                    "description": ["A day of the zone, which is in it, or an instant, which is not."],
                    "schema": {"type": "string", "examples": ["2026-11-30"]}
                  },
                  {
                    "name": "timeZone",
                    "in": "query",
                    "description": ["`Europe/Berlin`, `+02:00`; UTC if not said."],
                    "schema": {"type": "string"}
                  },
                  {
                    "name": "granularity",
                    "in": "query",
                    "schema": {"$ref": "#/components/schemas/Granularity"}
                  },
                  {
                    "name": "compare",
                    "in": "query",
                    "description": ["Whether the time before is told, too."],
                    "schema": {"type": "string", "enum": ["true", "false", "previous"]}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "The figures.",
                    "data": {
                      "type": "object",
                      "required": ["range", "days", "cohorts"],
                      "properties": {
                        "range": {"$ref": "#/components/schemas/FigureRange"},
                        "days": {"type": "array", "items": {"type": "integer", "minimum": 0}},
                        "cohorts": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["cohort", "viewers", "retained"],
                            "properties": {
                              "cohort": {"type": "string"},
                              "viewers": {"type": "integer", "minimum": 0},
                              "retained": {
                                "type": "array",
                                "items": {
                                  "type": "object",
                                  "required": ["day", "viewers", "rate"],
                                  "properties": {
                                    "day": {"type": "integer", "minimum": 0},
                                    "viewers": {"type": ["integer", "null"]},
                                    "rate": {"type": ["number", "null"]}
                                  }
                                }
                              }
                            }
                          }
                        }
                      }
                    },
                    "meta": {"$ref": "#/components/schemas/QuestionMeta"},
                    "headers": {"X-EventLog-Partial": {"$ref": "#/components/headers/Partial"}}
                  },
                  "422": "The answer would pass a limit (reason `limit`).",
                  "429": "`RATE_LIMITED`: this user has 16 queries running."
                }
              }
            },
            "/v1/analytics/realtime": {
              "get": {
                "operationId": "getRealtime",
                "summary": "The last minute, and the last hour by minutes",
                "x-role": "read",
                "responses": {
                  "200": {
                    "description": "The figures.",
                    "data": {
                      "type": "object",
                      "required": [
                        "asOf",
                        "windowSeconds",
                        "activeViewers",
                        "events",
                        "plays",
                        "completions",
                        "errors",
                        "minutes",
                        "topContent"
                      ],
                      "properties": {
                        "asOf": {"$ref": "#/components/schemas/Time"},
                        "windowSeconds": {"type": "integer", "minimum": 0},
                        "activeViewers": {"type": "integer", "minimum": 0},
                        "events": {"type": "integer", "minimum": 0},
                        "plays": {"type": "integer", "minimum": 0},
                        "completions": {"type": "integer", "minimum": 0},
                        "errors": {"type": "integer", "minimum": 0},
                        "minutes": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["start", "activeViewers", "events", "plays"],
                            "properties": {
                              "start": {"$ref": "#/components/schemas/Time"},
                              "activeViewers": {"type": "integer", "minimum": 0},
                              "events": {"type": "integer", "minimum": 0},
                              "plays": {"type": "integer", "minimum": 0}
                            }
                          }
                        },
                        "topContent": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["contentId", "viewers", "events"],
                            "properties": {
                              "contentId": {"type": "string"},
                              "viewers": {"type": "integer", "minimum": 0},
                              "events": {"type": "integer", "minimum": 0}
                            }
                          }
                        }
                      }
                    },
                    "meta": {"$ref": "#/components/schemas/QuestionMeta"},
                    "headers": {"X-EventLog-Partial": {"$ref": "#/components/headers/Partial"}}
                  },
                  "422": "The answer would pass a limit (reason `limit`).",
                  "429": "`RATE_LIMITED`: this user has 16 queries running."
                }
              }
            }
          },
          "schemas": {
            "Granularity": {"type": "string", "enum": ["hour", "day", "week"]},
            "FigureName": {
              "type": "string",
              "enum": [
                "contentId",
                "views",
                "impressions",
                "plays",
                "uniqueViewers",
                "viewings",
                "completions",
                "completedViews",
                "totalWatchTime",
                "avgWatchTime",
                "avgWatchTimePerCompletion",
                "completionRate",
                "engagementRate",
                "swipes",
                "swipeVelocity",
                "likes",
                "shares",
                "saves",
                "rebuffers",
                "rebufferRate",
                "errors"
              ]
            },
            "FigureRange": {
              "type": "object",
              "required": ["from", "to", "timeZone"],
              "properties": {
                "from": {"anyOf": [{"$ref": "#/components/schemas/Time"}, {"type": "null"}]},
                "to": {"anyOf": [{"$ref": "#/components/schemas/Time"}, {"type": "null"}]},
                "timeZone": {"type": "string"},
                "granularity": {"$ref": "#/components/schemas/Granularity"}
              }
            },
            "Figures": {
              "type": "object",
              "description": ["Times in seconds; a ratio with a zero denominator is null."],
              "required": [
                "views",
                "impressions",
                "plays",
                "uniqueViewers",
                "viewings",
                "completions",
                "completedViews",
                "swipes",
                "likes",
                "shares",
                "saves",
                "rebuffers",
                "errors",
                "totalWatchTime",
                "avgWatchTime",
                "avgWatchTimePerCompletion",
                "completionRate",
                "engagementRate",
                "swipeVelocity",
                "rebufferRate"
              ],
              "properties": {
                "views": {"type": "integer", "minimum": 0},
                "impressions": {"type": "integer", "minimum": 0},
                "plays": {"type": "integer", "minimum": 0},
                "uniqueViewers": {"type": "integer", "minimum": 0},
                "viewings": {"type": "integer", "minimum": 0},
                "completions": {"type": "integer", "minimum": 0},
                "completedViews": {"type": "integer", "minimum": 0},
                "swipes": {"type": "integer", "minimum": 0},
                "likes": {"type": "integer", "minimum": 0},
                "shares": {"type": "integer", "minimum": 0},
                "saves": {"type": "integer", "minimum": 0},
                "rebuffers": {"type": "integer", "minimum": 0},
                "errors": {"type": "integer", "minimum": 0},
                "totalWatchTime": {"type": "number"},
                "avgWatchTime": {"type": ["number", "null"]},
                "avgWatchTimePerCompletion": {"type": ["number", "null"]},
                "completionRate": {"type": ["number", "null"]},
                "engagementRate": {"type": ["number", "null"]},
                "swipeVelocity": {"type": ["number", "null"]},
                "rebufferRate": {"type": ["number", "null"]}
              }
            },
            "FigureBucket": {
              "allOf": [
                {"$ref": "#/components/schemas/Figures"},
                {
                  "type": "object",
                  "required": ["start"],
                  "properties": {"start": {"$ref": "#/components/schemas/Time"}}
                }
              ]
            },
            "ContentFigures": {
              "allOf": [
                {"$ref": "#/components/schemas/Figures"},
                {
                  "type": "object",
                  "required": ["contentId"],
                  "properties": {
                    "contentId": {"type": "string"},
                    "title": {"type": "string"},
                    "topics": {"type": "array", "items": {"type": "string"}},
                    "duration": {"type": "number"},
                    "timeseries": {
                      "type": "array",
                      "items": {"$ref": "#/components/schemas/FigureBucket"}
                    }
                  }
                }
              ]
            }
          }
        }
        """#)
}
