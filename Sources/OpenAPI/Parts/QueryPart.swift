extension DocumentPart {
    /// Asking.
    static let query = DocumentPart(
        #"""
        {
          "tag": {
            "name": "Questions",
            "description": "Asking, in the query language of docs/QueryLanguage.md."
          },
          "paths": {
            "/v1/query": {
              "get": {
                "operationId": "query",
                "summary": "Runs a query",
                "x-role": "read",
                "parameters": [
                  {
                    "name": "q",
                    "in": "query",
                    "required": true,
                    "description": "The text of the query.",
                    "schema": {"type": "string", "minLength": 1},
                    "example": "FROM events |> AGGREGATE count(*) AS events GROUP BY event"
                  },
                  {"$ref": "#/components/parameters/Format"},
                  {"$ref": "#/components/parameters/Width"},
                  {"$ref": "#/components/parameters/Charset"},
                  {"$ref": "#/components/parameters/Expanded"},
                  {"$ref": "#/components/parameters/Timeout"}
                ],
                "responses": {
                  "200": {"$ref": "#/components/responses/QueryResult"},
                  "422": "The query would pass a limit of groups, rows or memory (reason `limit`).",
                  "429": "`RATE_LIMITED`: this user has 16 queries running."
                }
              },
              "post": {
                "operationId": "queryWithParameters",
                "summary": "Runs a query that may have parameters",
                "description": [
                  "The body is an object with the query and its parameters, or the text of the",
                  "query alone. What the target says counts before what the body says."
                ],
                "x-role": "read",
                "parameters": [
                  {"$ref": "#/components/parameters/Format"},
                  {"$ref": "#/components/parameters/Width"},
                  {"$ref": "#/components/parameters/Charset"},
                  {"$ref": "#/components/parameters/Expanded"},
                  {"$ref": "#/components/parameters/Timeout"}
                ],
                "requestBody": {
                  "required": true,
                  "description": "At most 1 MiB.",
                  "content": {
                    "application/json": {
                      "schema": {"$ref": "#/components/schemas/Query"},
                      "examples": {
                        "views": {
                          "value": {
                            "query": "FROM events |> WHERE contentId = @content |> AGGREGATE count(*) AS events",
                            "parameters": {"content": "cnt_abc123"},
                            "format": "json"
                          }
                        }
                      }
                    },
                    "text/plain": {
                      "schema": {"type": "string", "minLength": 1},
                      "examples": {
                        "count": {"value": "FROM events |> AGGREGATE count(*) AS events"}
                      }
                    }
                  }
                },
                "responses": {
                  "200": {"$ref": "#/components/responses/QueryResult"},
                  "422": "The query would pass a limit of groups, rows or memory (reason `limit`).",
                  "429": "`RATE_LIMITED`: this user has 16 queries running."
                }
              }
            },
            "/v1/tables": {
              "get": {
                "operationId": "listTables",
                "summary": "Lists what a query can ask about",
                "x-role": "read",
                "responses": {
                  "200": {
                    "description": "Tables, their columns and the units of these.",
                    "data": {
                      "type": "object",
                      "required": ["tables"],
                      "properties": {
                        "tables": {
                          "type": "array",
                          "items": {"$ref": "#/components/schemas/Table"}
                        }
                      }
                    }
                  }
                }
              }
            }
          },
          "parameters": {
            "Format": {
              "name": "format",
              "in": "query",
              "description": [
                "How the result is written; without it, the first media type of `Accept` that a",
                "result can have, else `json`."
              ],
              "schema": {"$ref": "#/components/schemas/ResultFormat"}
            },
            "Width": {
              "name": "width",
              "in": "query",
              "description": "Characters of a line, for `table` and `chart`.",
              "schema": {"type": "integer", "minimum": 20, "maximum": 1000}
            },
            "Charset": {
              "name": "charset",
              "in": "query",
              "description": "What charts are drawn with.",
              "schema": {"$ref": "#/components/schemas/Charset"}
            },
            "Expanded": {
              "name": "expanded",
              "in": "query",
              "description": [
                "Whether a table is written as `vertical`; `auto`: one that is wider than",
                "`width`."
              ],
              "schema": {"$ref": "#/components/schemas/Expansion"}
            },
            "Timeout": {
              "name": "timeout",
              "in": "query",
              "description": [
                "Seconds after which the query is stopped; more than the daemon's own 60 s",
                "changes nothing."
              ],
              "schema": {"type": "number", "minimum": 0.001, "maximum": 86400}
            }
          },
          "responses": {
            "QueryResult": {
              "description": "The result.",
              "headers": {
                "X-EventLog-Rows": {"$ref": "#/components/headers/Rows"},
                "X-EventLog-Partial": {"$ref": "#/components/headers/Partial"},
                "X-EventLog-Notice": {"$ref": "#/components/headers/Notice"}
              },
              "content": {
                "application/json": {
                  "schema": {
                    "type": "object",
                    "required": ["data", "meta"],
                    "properties": {
                      "data": {
                        "type": "array",
                        "items": {"type": "object", "description": "A row: columns by name."}
                      },
                      "meta": {"$ref": "#/components/schemas/QueryMeta"}
                    }
                  },
                  "examples": {
                    "counts": {
                      "value": {
                        "data": [{"event": "playStart", "events": 12}],
                        "meta": {
                          "requestId": "req_09mh0ruy10vxv",
                          "rows": 1,
                          "rowsScanned": 40,
                          "bytesRead": 18200,
                          "partial": false
                        }
                      }
                    }
                  }
                },
                "application/x-ndjson": {"schema": {"type": "string"}},
                "text/csv": {"schema": {"type": "string"}},
                "text/tab-separated-values": {"schema": {"type": "string"}},
                "text/markdown": {"schema": {"type": "string"}},
                "text/plain": {"schema": {"type": "string"}}
              }
            }
          },
          "schemas": {
            "ResultFormat": {
              "type": "string",
              "enum": ["json", "ndjson", "csv", "tsv", "markdown", "table", "vertical", "chart"]
            },
            "Charset": {"type": "string", "enum": ["unicode", "ascii"]},
            "Expansion": {"type": "string", "enum": ["off", "on", "auto"]},
            "Query": {
              "type": "object",
              "required": ["query"],
              "properties": {
                "query": {"type": "string", "minLength": 1},
                "parameters": {
                  "type": ["object", "null"],
                  "description": "Values of `@name`.",
                  "additionalProperties": {"type": ["string", "number", "boolean", "null"]}
                },
                "format": {
                  "anyOf": [{"$ref": "#/components/schemas/ResultFormat"}, {"type": "null"}]
                },
                "width": {"type": ["integer", "null"], "minimum": 20, "maximum": 1000},
                "charset": {"anyOf": [{"$ref": "#/components/schemas/Charset"}, {"type": "null"}]},
                "expanded": {
                  "anyOf": [{"$ref": "#/components/schemas/Expansion"}, {"type": "null"}]
                },
                "timeout": {"type": ["number", "null"], "minimum": 0.001, "maximum": 86400}
              }
            },
            "QueryMeta": {
              "type": "object",
              "required": ["requestId", "rows", "rowsScanned", "bytesRead", "partial"],
              "properties": {
                "requestId": {"$ref": "#/components/schemas/RequestId"},
                "rows": {"$ref": "#/components/schemas/Count"},
                "rowsScanned": {"$ref": "#/components/schemas/Count"},
                "bytesRead": {"$ref": "#/components/schemas/Count"},
                "partial": {
                  "type": "boolean",
                  "description": "true: damaged bytes had to be left out."
                },
                "notices": {"type": "array", "items": {"type": "string"}},
                "damage": {"type": "array", "items": {"$ref": "#/components/schemas/Damage"}}
              }
            },
            "Table": {
              "type": "object",
              "required": ["name", "kind", "summary", "columns"],
              "properties": {
                "name": {"type": "string"},
                "kind": {
                  "type": "string",
                  "enum": ["table", "derived"],
                  "description": "`derived`: a query over other tables."
                },
                "summary": {"type": "string"},
                "columns": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["name", "type", "unit", "summary"],
                    "properties": {
                      "name": {"type": "string"},
                      "type": {"type": "string", "description": "As CAST spells it."},
                      "unit": {"type": ["string", "null"]},
                      "summary": {"type": "string"}
                    }
                  }
                }
              }
            }
          }
        }
        """#)
}
