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
                  {"$ref": "#/components/parameters/StartDate"},
                  {"$ref": "#/components/parameters/EndDate"},
                  {"$ref": "#/components/parameters/TimeZone"},
                  {"$ref": "#/components/parameters/BucketLength"},
                  {"$ref": "#/components/parameters/Compare"}
                ],
                "responses": {
                  "200": {
                    "description": "The figures.",
                    "data": {
                      "type": "object",
                      "required": [
                        "range",
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
                        "errors",
                        "startupP50",
                        "startupP95",
                        "timeseries"
                      ],
                      "properties": {
                        "range": {"$ref": "#/components/schemas/FigureRange"},
                        "views": {"$ref": "#/components/schemas/Count"},
                        "impressions": {"$ref": "#/components/schemas/Count"},
                        "plays": {"$ref": "#/components/schemas/Count"},
                        "uniqueViewers": {"$ref": "#/components/schemas/Count"},
                        "viewings": {"$ref": "#/components/schemas/Count"},
                        "completions": {"$ref": "#/components/schemas/Count"},
                        "completedViews": {"$ref": "#/components/schemas/Count"},
                        "totalWatchTime": {"type": "number"},
                        "avgWatchTime": {"type": ["number", "null"]},
                        "avgWatchTimePerCompletion": {"type": ["number", "null"]},
                        "completionRate": {"type": ["number", "null"]},
                        "engagementRate": {"type": ["number", "null"]},
                        "swipes": {"$ref": "#/components/schemas/Count"},
                        "swipeVelocity": {"type": ["number", "null"]},
                        "likes": {"$ref": "#/components/schemas/Count"},
                        "shares": {"$ref": "#/components/schemas/Count"},
                        "saves": {"$ref": "#/components/schemas/Count"},
                        "rebuffers": {"$ref": "#/components/schemas/Count"},
                        "rebufferRate": {"type": ["number", "null"]},
                        "errors": {"$ref": "#/components/schemas/Count"},
                        "startupP50": {"type": ["number", "null"]},
                        "startupP95": {"type": ["number", "null"]},
                        "timeseries": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": [
                              "start",
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
                              "errors",
                              "startupP50",
                              "startupP95"
                            ],
                            "properties": {
                              "start": {"$ref": "#/components/schemas/Time"},
                              "views": {"$ref": "#/components/schemas/Count"},
                              "impressions": {"$ref": "#/components/schemas/Count"},
                              "plays": {"$ref": "#/components/schemas/Count"},
                              "uniqueViewers": {"$ref": "#/components/schemas/Count"},
                              "viewings": {"$ref": "#/components/schemas/Count"},
                              "completions": {"$ref": "#/components/schemas/Count"},
                              "completedViews": {"$ref": "#/components/schemas/Count"},
                              "totalWatchTime": {"type": "number"},
                              "avgWatchTime": {"type": ["number", "null"]},
                              "avgWatchTimePerCompletion": {"type": ["number", "null"]},
                              "completionRate": {"type": ["number", "null"]},
                              "engagementRate": {"type": ["number", "null"]},
                              "swipes": {"$ref": "#/components/schemas/Count"},
                              "swipeVelocity": {"type": ["number", "null"]},
                              "likes": {"$ref": "#/components/schemas/Count"},
                              "shares": {"$ref": "#/components/schemas/Count"},
                              "saves": {"$ref": "#/components/schemas/Count"},
                              "rebuffers": {"$ref": "#/components/schemas/Count"},
                              "rebufferRate": {"type": ["number", "null"]},
                              "errors": {"$ref": "#/components/schemas/Count"},
                              "startupP50": {"type": ["number", "null"]},
                              "startupP95": {"type": ["number", "null"]}
                            }
                          }
                        },
                        "previous": {"$ref": "#/components/schemas/FiguresBefore"},
                        "change": {"$ref": "#/components/schemas/FigureChange"}
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
            "/v1/analytics/content": {
              "get": {
                "operationId": "listContentFigures",
                "summary": "A page of contents with their figures",
                "x-role": "read",
                "parameters": [
                  {"$ref": "#/components/parameters/StartDate"},
                  {"$ref": "#/components/parameters/EndDate"},
                  {"$ref": "#/components/parameters/TimeZone"},
                  {"$ref": "#/components/parameters/BucketLength"},
                  {"$ref": "#/components/parameters/Compare"},
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
                        "total": {"$ref": "#/components/schemas/Count"},
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
                  {"$ref": "#/components/parameters/StartDate"},
                  {"$ref": "#/components/parameters/EndDate"},
                  {"$ref": "#/components/parameters/TimeZone"},
                  {"$ref": "#/components/parameters/BucketLength"},
                  {"$ref": "#/components/parameters/Compare"}
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
                  {"$ref": "#/components/parameters/StartDate"},
                  {"$ref": "#/components/parameters/EndDate"},
                  {"$ref": "#/components/parameters/TimeZone"},
                  {"$ref": "#/components/parameters/BucketLength"},
                  {"$ref": "#/components/parameters/Compare"}
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
                        "uniqueViewers",
                        "engagementRate",
                        "completionRate",
                        "swipes",
                        "swipeVelocity",
                        "likes",
                        "shares",
                        "saves",
                        "likeRate",
                        "shareRate",
                        "saveRate",
                        "sessions",
                        "feedDepth",
                        "avgSessionDuration",
                        "actions",
                        "timeOfDay",
                        "timeseries"
                      ],
                      "properties": {
                        "range": {"$ref": "#/components/schemas/FigureRange"},
                        "views": {"$ref": "#/components/schemas/Count"},
                        "plays": {"$ref": "#/components/schemas/Count"},
                        "uniqueViewers": {"$ref": "#/components/schemas/Count"},
                        "engagementRate": {"type": ["number", "null"]},
                        "completionRate": {"type": ["number", "null"]},
                        "swipes": {"$ref": "#/components/schemas/Count"},
                        "swipeVelocity": {"type": ["number", "null"]},
                        "likes": {"$ref": "#/components/schemas/Count"},
                        "shares": {"$ref": "#/components/schemas/Count"},
                        "saves": {"$ref": "#/components/schemas/Count"},
                        "likeRate": {"type": ["number", "null"]},
                        "shareRate": {"type": ["number", "null"]},
                        "saveRate": {"type": ["number", "null"]},
                        "sessions": {"$ref": "#/components/schemas/Count"},
                        "feedDepth": {"type": ["number", "null"]},
                        "avgSessionDuration": {"type": ["number", "null"]},
                        "actions": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["action", "events"],
                            "properties": {
                              "action": {"type": "string"},
                              "events": {"$ref": "#/components/schemas/Count"}
                            }
                          }
                        },
                        "timeOfDay": {
                          "type": "object",
                          "required": ["timeZone", "firstWeekday", "plays"],
                          "properties": {
                            "timeZone": {"type": "string"},
                            "firstWeekday": {"type": "string", "enum": ["monday"]},
                            "plays": {
                              "type": "array",
                              "items": {
                                "type": "array",
                                "items": {"$ref": "#/components/schemas/Count"}
                              }
                            }
                          }
                        },
                        "timeseries": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": [
                              "start",
                              "views",
                              "plays",
                              "uniqueViewers",
                              "engagementRate",
                              "completionRate",
                              "swipes",
                              "swipeVelocity",
                              "likes",
                              "shares",
                              "saves",
                              "likeRate",
                              "shareRate",
                              "saveRate"
                            ],
                            "properties": {
                              "start": {"$ref": "#/components/schemas/Time"},
                              "views": {"$ref": "#/components/schemas/Count"},
                              "plays": {"$ref": "#/components/schemas/Count"},
                              "uniqueViewers": {"$ref": "#/components/schemas/Count"},
                              "engagementRate": {"type": ["number", "null"]},
                              "completionRate": {"type": ["number", "null"]},
                              "swipes": {"$ref": "#/components/schemas/Count"},
                              "swipeVelocity": {"type": ["number", "null"]},
                              "likes": {"$ref": "#/components/schemas/Count"},
                              "shares": {"$ref": "#/components/schemas/Count"},
                              "saves": {"$ref": "#/components/schemas/Count"},
                              "likeRate": {"type": ["number", "null"]},
                              "shareRate": {"type": ["number", "null"]},
                              "saveRate": {"type": ["number", "null"]}
                            }
                          }
                        },
                        "previous": {"$ref": "#/components/schemas/FiguresBefore"},
                        "change": {"$ref": "#/components/schemas/FigureChange"}
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
                  {"$ref": "#/components/parameters/StartDate"},
                  {"$ref": "#/components/parameters/EndDate"},
                  {"$ref": "#/components/parameters/TimeZone"},
                  {"$ref": "#/components/parameters/BucketLength"},
                  {"$ref": "#/components/parameters/Compare"}
                ],
                "responses": {
                  "200": {
                    "description": "The figures.",
                    "data": {
                      "type": "object",
                      "required": [
                        "range",
                        "views",
                        "viewings",
                        "plays",
                        "startupP50",
                        "startupP95",
                        "rebuffers",
                        "rebufferRate",
                        "errors",
                        "errorRate",
                        "startupTargets",
                        "avgRebufferDuration",
                        "errorsByType",
                        "topErrors",
                        "affectedContent",
                        "timeseries"
                      ],
                      "properties": {
                        "range": {"$ref": "#/components/schemas/FigureRange"},
                        "views": {"$ref": "#/components/schemas/Count"},
                        "viewings": {"$ref": "#/components/schemas/Count"},
                        "plays": {"$ref": "#/components/schemas/Count"},
                        "startupP50": {"type": ["number", "null"]},
                        "startupP95": {"type": ["number", "null"]},
                        "rebuffers": {"$ref": "#/components/schemas/Count"},
                        "rebufferRate": {"type": ["number", "null"]},
                        "errors": {"$ref": "#/components/schemas/Count"},
                        "errorRate": {"type": ["number", "null"]},
                        "startupTargets": {
                          "type": "object",
                          "required": ["p50", "p95"],
                          "properties": {
                            "p50": {"$ref": "#/components/schemas/Count"},
                            "p95": {"$ref": "#/components/schemas/Count"}
                          }
                        },
                        "avgRebufferDuration": {"type": ["number", "null"]},
                        "errorsByType": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["errorType", "errors", "share"],
                            "properties": {
                              "errorType": {"type": ["string", "null"]},
                              "errors": {"$ref": "#/components/schemas/Count"},
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
                              "errors": {"$ref": "#/components/schemas/Count"}
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
                              "plays": {"$ref": "#/components/schemas/Count"},
                              "errors": {"$ref": "#/components/schemas/Count"},
                              "errorRate": {"type": ["number", "null"]}
                            }
                          }
                        },
                        "timeseries": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": [
                              "start",
                              "views",
                              "viewings",
                              "plays",
                              "startupP50",
                              "startupP95",
                              "rebuffers",
                              "rebufferRate",
                              "errors",
                              "errorRate"
                            ],
                            "properties": {
                              "start": {"$ref": "#/components/schemas/Time"},
                              "views": {"$ref": "#/components/schemas/Count"},
                              "viewings": {"$ref": "#/components/schemas/Count"},
                              "plays": {"$ref": "#/components/schemas/Count"},
                              "startupP50": {"type": ["number", "null"]},
                              "startupP95": {"type": ["number", "null"]},
                              "rebuffers": {"$ref": "#/components/schemas/Count"},
                              "rebufferRate": {"type": ["number", "null"]},
                              "errors": {"$ref": "#/components/schemas/Count"},
                              "errorRate": {"type": ["number", "null"]}
                            }
                          }
                        },
                        "previous": {"$ref": "#/components/schemas/FiguresBefore"},
                        "change": {"$ref": "#/components/schemas/FigureChange"}
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
                  {"$ref": "#/components/parameters/StartDate"},
                  {"$ref": "#/components/parameters/EndDate"},
                  {"$ref": "#/components/parameters/TimeZone"},
                  {"$ref": "#/components/parameters/BucketLength"},
                  {"$ref": "#/components/parameters/Compare"},
                  {
                    "name": "days",
                    "in": "query",
                    "description": ["The last so many days, in place of `startDate` and `endDate`."],
                    "schema": {"type": "integer", "minimum": 1, "maximum": 400}
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
                        "days": {"type": "array", "items": {"$ref": "#/components/schemas/Count"}},
                        "cohorts": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["cohort", "viewers", "retained"],
                            "properties": {
                              "cohort": {"type": "string"},
                              "viewers": {"$ref": "#/components/schemas/Count"},
                              "retained": {
                                "type": "array",
                                "items": {
                                  "type": "object",
                                  "required": ["day", "viewers", "rate"],
                                  "properties": {
                                    "day": {"$ref": "#/components/schemas/Count"},
                                    "viewers": {"type": ["integer", "null"], "minimum": 0},
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
                        "windowSeconds": {"$ref": "#/components/schemas/Count"},
                        "activeViewers": {"$ref": "#/components/schemas/Count"},
                        "events": {"$ref": "#/components/schemas/Count"},
                        "plays": {"$ref": "#/components/schemas/Count"},
                        "completions": {"$ref": "#/components/schemas/Count"},
                        "errors": {"$ref": "#/components/schemas/Count"},
                        "minutes": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["start", "activeViewers", "events", "plays"],
                            "properties": {
                              "start": {"$ref": "#/components/schemas/Time"},
                              "activeViewers": {"$ref": "#/components/schemas/Count"},
                              "events": {"$ref": "#/components/schemas/Count"},
                              "plays": {"$ref": "#/components/schemas/Count"}
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
                              "viewers": {"$ref": "#/components/schemas/Count"},
                              "events": {"$ref": "#/components/schemas/Count"}
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
            "FigureBucket": {
              "type": "object",
              "required": [
                "start",
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
              ],
              "properties": {
                "start": {"$ref": "#/components/schemas/Time"},
                "views": {"$ref": "#/components/schemas/Count"},
                "impressions": {"$ref": "#/components/schemas/Count"},
                "plays": {"$ref": "#/components/schemas/Count"},
                "uniqueViewers": {"$ref": "#/components/schemas/Count"},
                "viewings": {"$ref": "#/components/schemas/Count"},
                "completions": {"$ref": "#/components/schemas/Count"},
                "completedViews": {"$ref": "#/components/schemas/Count"},
                "totalWatchTime": {"type": "number"},
                "avgWatchTime": {"type": ["number", "null"]},
                "avgWatchTimePerCompletion": {"type": ["number", "null"]},
                "completionRate": {"type": ["number", "null"]},
                "engagementRate": {"type": ["number", "null"]},
                "swipes": {"$ref": "#/components/schemas/Count"},
                "swipeVelocity": {"type": ["number", "null"]},
                "likes": {"$ref": "#/components/schemas/Count"},
                "shares": {"$ref": "#/components/schemas/Count"},
                "saves": {"$ref": "#/components/schemas/Count"},
                "rebuffers": {"$ref": "#/components/schemas/Count"},
                "rebufferRate": {"type": ["number", "null"]},
                "errors": {"$ref": "#/components/schemas/Count"}
              }
            },
            "ContentFigures": {
              "type": "object",
              "description": ["Times in seconds; a ratio with a zero denominator is null."],
              "required": [
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
              ],
              "properties": {
                "contentId": {"type": "string"},
                "views": {"$ref": "#/components/schemas/Count"},
                "impressions": {"$ref": "#/components/schemas/Count"},
                "plays": {"$ref": "#/components/schemas/Count"},
                "uniqueViewers": {"$ref": "#/components/schemas/Count"},
                "viewings": {"$ref": "#/components/schemas/Count"},
                "completions": {"$ref": "#/components/schemas/Count"},
                "completedViews": {"$ref": "#/components/schemas/Count"},
                "totalWatchTime": {"type": "number"},
                "avgWatchTime": {"type": ["number", "null"]},
                "avgWatchTimePerCompletion": {"type": ["number", "null"]},
                "completionRate": {"type": ["number", "null"]},
                "engagementRate": {"type": ["number", "null"]},
                "swipes": {"$ref": "#/components/schemas/Count"},
                "swipeVelocity": {"type": ["number", "null"]},
                "likes": {"$ref": "#/components/schemas/Count"},
                "shares": {"$ref": "#/components/schemas/Count"},
                "saves": {"$ref": "#/components/schemas/Count"},
                "rebuffers": {"$ref": "#/components/schemas/Count"},
                "rebufferRate": {"type": ["number", "null"]},
                "errors": {"$ref": "#/components/schemas/Count"},
                "title": {"type": "string"},
                "duration": {"type": "number"},
                "topics": {"type": "array", "items": {"type": "string"}},
                "range": {"$ref": "#/components/schemas/FigureRange"},
                "timeseries": {"type": "array", "items": {"$ref": "#/components/schemas/FigureBucket"}},
                "previous": {"$ref": "#/components/schemas/FiguresBefore"},
                "change": {"$ref": "#/components/schemas/FigureChange"}
              }
            },
            "FiguresBefore": {
              "description": ["The time before, as long; null if the range is open."],
              "anyOf": [
                {
                  "type": "object",
                  "required": [
                    "from",
                    "to",
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
                  ],
                  "properties": {
                    "from": {"$ref": "#/components/schemas/Time"},
                    "to": {"$ref": "#/components/schemas/Time"},
                    "views": {"$ref": "#/components/schemas/Count"},
                    "impressions": {"$ref": "#/components/schemas/Count"},
                    "plays": {"$ref": "#/components/schemas/Count"},
                    "uniqueViewers": {"$ref": "#/components/schemas/Count"},
                    "viewings": {"$ref": "#/components/schemas/Count"},
                    "completions": {"$ref": "#/components/schemas/Count"},
                    "completedViews": {"$ref": "#/components/schemas/Count"},
                    "totalWatchTime": {"type": "number"},
                    "avgWatchTime": {"type": ["number", "null"]},
                    "avgWatchTimePerCompletion": {"type": ["number", "null"]},
                    "completionRate": {"type": ["number", "null"]},
                    "engagementRate": {"type": ["number", "null"]},
                    "swipes": {"$ref": "#/components/schemas/Count"},
                    "swipeVelocity": {"type": ["number", "null"]},
                    "likes": {"$ref": "#/components/schemas/Count"},
                    "shares": {"$ref": "#/components/schemas/Count"},
                    "saves": {"$ref": "#/components/schemas/Count"},
                    "rebuffers": {"$ref": "#/components/schemas/Count"},
                    "rebufferRate": {"type": ["number", "null"]},
                    "errors": {"$ref": "#/components/schemas/Count"}
                  }
                },
                {"type": "null"}
              ]
            },
            "FigureChange": {
              "description": ["Relative to the time before; null where that was nothing."],
              "anyOf": [
                {
                  "type": "object",
                  "required": [
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
                  ],
                  "properties": {
                    "views": {"type": ["number", "null"]},
                    "impressions": {"type": ["number", "null"]},
                    "plays": {"type": ["number", "null"]},
                    "uniqueViewers": {"type": ["number", "null"]},
                    "viewings": {"type": ["number", "null"]},
                    "completions": {"type": ["number", "null"]},
                    "completedViews": {"type": ["number", "null"]},
                    "totalWatchTime": {"type": ["number", "null"]},
                    "avgWatchTime": {"type": ["number", "null"]},
                    "avgWatchTimePerCompletion": {"type": ["number", "null"]},
                    "completionRate": {"type": ["number", "null"]},
                    "engagementRate": {"type": ["number", "null"]},
                    "swipes": {"type": ["number", "null"]},
                    "swipeVelocity": {"type": ["number", "null"]},
                    "likes": {"type": ["number", "null"]},
                    "shares": {"type": ["number", "null"]},
                    "saves": {"type": ["number", "null"]},
                    "rebuffers": {"type": ["number", "null"]},
                    "rebufferRate": {"type": ["number", "null"]},
                    "errors": {"type": ["number", "null"]}
                  }
                },
                {"type": "null"}
              ]
            }
          }
        }
        """#)
}
