extension DocumentPart {
    /// Events as files.
    static let exports = DocumentPart(
        #"""
        {
          "tag": {
            "name": "Exports",
            "description": "Events, or all that is known of a user, as a file (docs/Export.md)."
          },
          "paths": {
            "/v1/analytics/export": {
              "get": {
                "operationId": "listExports",
                "summary": "Lists the exports, the newest first",
                "x-role": "read",
                "parameters": [
                  {
                    "name": "limit",
                    "in": "query",
                    "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
                  },
                  {
                    "name": "cursor",
                    "in": "query",
                    "description": "`nextCursor` of another page.",
                    "schema": {"type": "string", "pattern": "^[0-9]{1,18}\\.exp_[0-9a-z]{13}$"}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "A page of them.",
                    "data": {
                      "type": "object",
                      "required": ["exports", "nextCursor"],
                      "properties": {
                        "exports": {
                          "type": "array",
                          "items": {"$ref": "#/components/schemas/Export"}
                        },
                        "nextCursor": {"type": ["string", "null"]}
                      }
                    }
                  }
                }
              },
              "post": {
                "operationId": "exportRange",
                "summary": "Writes the events of some days into a file",
                "x-role": "read",
                "x-idempotent": true,
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {"$ref": "#/components/schemas/RangeExport"},
                      "examples": {
                        "month": {
                          "value": {
                            "startDate": "2026-10-28",
                            "endDate": "2026-11-27",
                            "format": "jsonl",
                            "dataTypes": ["events"],
                            "filters": {"contentIds": ["cnt_abc123"]},
                            "compression": "gzip"
                          }
                        }
                      }
                    }
                  }
                },
                "responses": {
                  "202": {
                    "description": "The export is queued.",
                    "data": {"$ref": "#/components/schemas/ExportReceipt"},
                    "headers": {"Location": {"$ref": "#/components/headers/Location"}}
                  },
                  "429": "`QUOTA_EXCEEDED`: 20 ranges may be exported in 24 hours."
                }
              }
            },
            "/v1/users/{id}/export": {
              "post": {
                "operationId": "exportUser",
                "summary": "Writes all that is known of a user into a file",
                "x-role": "read",
                "x-idempotent": true,
                "parameters": [{"$ref": "#/components/parameters/User"}],
                "requestBody": {
                  "description": "May be left out.",
                  "content": {
                    "application/json": {
                      "schema": {
                        "type": "object",
                        "properties": {
                          "format": {
                            "type": ["string", "null"],
                            "enum": ["json", "jsonl", null],
                            "default": "json"
                          },
                          "compression": {
                            "type": ["string", "null"],
                            "enum": ["none", "gzip", null],
                            "default": "none"
                          }
                        }
                      },
                      "examples": {"archive": {"value": {"format": "json", "compression": "gzip"}}}
                    }
                  }
                },
                "responses": {
                  "202": {
                    "description": "The export is queued.",
                    "data": {"$ref": "#/components/schemas/ExportReceipt"},
                    "headers": {"Location": {"$ref": "#/components/headers/Location"}}
                  },
                  "429": "`QUOTA_EXCEEDED`: 200 users may be exported in 24 hours."
                }
              }
            },
            "/v1/analytics/export/{id}": {
              "get": {
                "operationId": "getExport",
                "summary": "Tells how far an export is",
                "x-role": "read",
                "parameters": [{"$ref": "#/components/parameters/Export"}],
                "responses": {
                  "200": {
                    "description": "The export.",
                    "data": {"$ref": "#/components/schemas/Export"}
                  },
                  "404": "There is no such export."
                }
              },
              "delete": {
                "operationId": "deleteExport",
                "summary": "Deletes the file, or ends an export that is under way",
                "description": "Exports of others need the role `admin`.",
                "x-role": "read",
                "parameters": [{"$ref": "#/components/parameters/Export"}],
                "responses": {
                  "200": {
                    "description": "The export, ended.",
                    "data": {"$ref": "#/components/schemas/Export"}
                  },
                  "404": "There is no such export.",
                  "409": "`CONFLICT`: it has ended.",
                  "410": "`GONE`: the file's time is over."
                }
              }
            },
            "/v1/analytics/export/{id}/cancel": {
              "post": {
                "operationId": "cancelExport",
                "summary": "Ends an export that is under way",
                "description": "Exports of others need the role `admin`.",
                "x-role": "read",
                "parameters": [{"$ref": "#/components/parameters/Export"}],
                "responses": {
                  "200": {
                    "description": "The export, cancelled.",
                    "data": {"$ref": "#/components/schemas/Export"}
                  },
                  "404": "There is no such export.",
                  "409": "`CONFLICT`: it has ended.",
                  "410": "`GONE`: the file's time is over."
                }
              }
            },
            "/v1/analytics/export/{id}/download": {
              "get": {
                "operationId": "downloadExport",
                "summary": "Gives the file",
                "x-role": "read",
                "parameters": [{"$ref": "#/components/parameters/Export"}],
                "responses": {
                  "200": {
                    "description": "The file, as it was asked for.",
                    "headers": {
                      "Content-Disposition": {
                        "description": "Under which name to keep it; no id of a person is in it.",
                        "schema": {"type": "string"}
                      },
                      "X-EventLog-Rows": {"$ref": "#/components/headers/Rows"},
                      "X-EventLog-Partial": {"$ref": "#/components/headers/Partial"}
                    },
                    "content": {
                      "application/gzip": {"schema": {}},
                      "application/x-ndjson": {"schema": {"type": "string"}},
                      "application/json": {"schema": {"type": "object"}},
                      "text/csv": {"schema": {"type": "string"}},
                      "application/vnd.apache.parquet": {"schema": {}}
                    }
                  },
                  "404": "There is no such export.",
                  "409": "`CONFLICT`: there is no file, not yet or not any more; the reason tells.",
                  "410": "`GONE`: the file's time is over, or it was deleted."
                }
              }
            }
          },
          "parameters": {
            "Export": {
              "name": "id",
              "in": "path",
              "required": true,
              "description": "A `jobId`.",
              "schema": {"type": "string", "minLength": 1},
              "example": "exp_1qa1kabbhrux8"
            }
          },
          "schemas": {
            "ExportFormat": {"type": "string", "enum": ["jsonl", "csv", "parquet", "json"]},
            "ExportCompression": {"type": "string", "enum": ["none", "gzip"]},
            "ExportDataType": {"type": "string", "enum": ["events", "quality", "ads"]},
            "RangeExport": {
              "type": "object",
              "required": ["startDate", "endDate"],
              "properties": {
                "startDate": {
                  "$ref": "#/components/schemas/Date",
                  "description": "The first day, UTC."
                },
                "endDate": {
                  "$ref": "#/components/schemas/Date",
                  "description": "The last day; at most 30 days later."
                },
                "format": {
                  "type": ["string", "null"],
                  "enum": ["jsonl", "csv", "parquet", null],
                  "default": "jsonl"
                },
                "dataTypes": {
                  "type": ["array", "null"],
                  "minItems": 1,
                  "items": {"$ref": "#/components/schemas/ExportDataType"},
                  "default": ["events"]
                },
                "filters": {
                  "type": ["object", "null"],
                  "additionalProperties": {"type": "null"},
                  "properties": {
                    "contentIds": {"$ref": "#/components/schemas/ExportFilter"},
                    "userIds": {"$ref": "#/components/schemas/ExportFilter"},
                    "eventTypes": {"$ref": "#/components/schemas/ExportFilter"}
                  }
                },
                "compression": {
                  "type": ["string", "null"],
                  "enum": ["none", "gzip", null],
                  "description": [
                    "Without it, `gzip`; a Parquet file is compressed within, so `none`."
                  ]
                }
              }
            },
            "ExportFilter": {
              "type": ["array", "null"],
              "maxItems": 1000,
              "items": {"type": "string"},
              "description": "An empty list wants all."
            },
            "ExportStatus": {
              "type": "string",
              "enum": ["queued", "processing", "complete", "failed", "expired", "cancelled"]
            },
            "ExportReceipt": {
              "type": "object",
              "required": [
                "jobId", "kind", "status", "progress", "processedRows", "estimatedRowCount",
                "rowCount", "fileSize", "createdAt", "startedAt", "finishedAt", "expiresAt",
                "createdBy", "partial", "downloadUrl", "error"
              ],
              "properties": {
                "jobId": {"type": "string"},
                "kind": {"type": "string", "enum": ["range", "user"]},
                "status": {"$ref": "#/components/schemas/ExportStatus"},
                "progress": {
                  "type": ["integer", "null"],
                  "minimum": 0,
                  "maximum": 100,
                  "description": "Percent."
                },
                "processedRows": {"$ref": "#/components/schemas/Count"},
                "estimatedRowCount": {"type": ["integer", "null"], "minimum": 0},
                "rowCount": {"type": ["integer", "null"], "minimum": 0},
                "fileSize": {"type": ["integer", "null"], "minimum": 0, "description": "Bytes."},
                "createdAt": {"$ref": "#/components/schemas/Time"},
                "startedAt": {"type": ["string", "null"], "format": "date-time"},
                "finishedAt": {"type": ["string", "null"], "format": "date-time"},
                "expiresAt": {"type": ["string", "null"], "format": "date-time"},
                "createdBy": {"type": "string"},
                "partial": {"type": "boolean"},
                "downloadUrl": {"type": ["string", "null"]},
                "error": {
                  "type": ["object", "null"],
                  "required": ["reason", "message"],
                  "properties": {"reason": {"type": "string"}, "message": {"type": "string"}}
                }
              }
            },
            "Export": {
              "type": "object",
              "required": [
                "jobId", "kind", "status", "progress", "processedRows", "estimatedRowCount",
                "rowCount", "fileSize", "createdAt", "startedAt", "finishedAt", "expiresAt",
                "createdBy", "partial", "downloadUrl", "error", "request"
              ],
              "properties": {
                "jobId": {"type": "string"},
                "kind": {"type": "string", "enum": ["range", "user"]},
                "status": {"$ref": "#/components/schemas/ExportStatus"},
                "progress": {
                  "type": ["integer", "null"],
                  "minimum": 0,
                  "maximum": 100,
                  "description": "Percent."
                },
                "processedRows": {"$ref": "#/components/schemas/Count"},
                "estimatedRowCount": {"type": ["integer", "null"], "minimum": 0},
                "rowCount": {"type": ["integer", "null"], "minimum": 0},
                "fileSize": {"type": ["integer", "null"], "minimum": 0, "description": "Bytes."},
                "createdAt": {"$ref": "#/components/schemas/Time"},
                "startedAt": {"type": ["string", "null"], "format": "date-time"},
                "finishedAt": {"type": ["string", "null"], "format": "date-time"},
                "expiresAt": {"type": ["string", "null"], "format": "date-time"},
                "createdBy": {"type": "string"},
                "partial": {"type": "boolean"},
                "downloadUrl": {"type": ["string", "null"]},
                "error": {
                  "type": ["object", "null"],
                  "required": ["reason", "message"],
                  "properties": {"reason": {"type": "string"}, "message": {"type": "string"}}
                },
                "request": {
                  "type": ["object", "null"],
                  "description": "What was asked for; null once it may not be kept.",
                  "properties": {
                    "userId": {"type": "string"},
                    "startDate": {"$ref": "#/components/schemas/Date"},
                    "endDate": {"$ref": "#/components/schemas/Date"},
                    "dataTypes": {
                      "type": "array",
                      "items": {"$ref": "#/components/schemas/ExportDataType"}
                    },
                    "filters": {"type": "object"},
                    "format": {"$ref": "#/components/schemas/ExportFormat"},
                    "compression": {"$ref": "#/components/schemas/ExportCompression"}
                  }
                }
              }
            }
          }
        }
        """#)
}
