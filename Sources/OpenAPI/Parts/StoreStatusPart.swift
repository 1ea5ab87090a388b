extension DocumentPart {
    /// What a status says of the store.
    static let storeStatus = DocumentPart(
        #"""
        {
          "schemas": {
            "StoreStatus": {
              "type": "object",
              "required": [
                "store", "storeID", "segments", "segmentRows", "segmentBytes", "tailRows",
                "journalBytes", "lastSeq", "catalogVersion", "dedupBytes", "dedupPendingSegments",
                "cacheBytes", "ledger", "quarantine", "content", "compaction", "retention",
                "rollups", "archive", "identityTable", "erasure", "recoveredTailBytes", "damage"
              ],
              "properties": {
                "store": {"type": "string", "description": "Its directory."},
                "storeID": {"type": "string"},
                "segments": {"$ref": "#/components/schemas/Count"},
                "segmentRows": {"$ref": "#/components/schemas/Count"},
                "segmentBytes": {"$ref": "#/components/schemas/Count"},
                "tailRows": {
                  "$ref": "#/components/schemas/Count",
                  "description": "Events that are in no segment yet."
                },
                "oldestUnsealedAt": {"$ref": "#/components/schemas/Microseconds"},
                "journalBytes": {"$ref": "#/components/schemas/Count"},
                "lastSeq": {"$ref": "#/components/schemas/Count"},
                "catalogVersion": {"type": "integer", "minimum": -1},
                "chain": {
                  "type": "object",
                  "description": "Where the chain of commits ends: to be noted elsewhere.",
                  "required": ["version", "digest"],
                  "properties": {
                    "version": {"$ref": "#/components/schemas/Count"},
                    "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"}
                  }
                },
                "dedupBytes": {"$ref": "#/components/schemas/Count"},
                "dedupPendingSegments": {"$ref": "#/components/schemas/Count"},
                "cacheBytes": {"$ref": "#/components/schemas/Count"},
                "ledger": {
                  "type": "object",
                  "required": [
                    "stored", "duplicate", "refused", "quarantined", "erased", "expired"
                  ],
                  "properties": {
                    "stored": {"$ref": "#/components/schemas/Count"},
                    "duplicate": {"$ref": "#/components/schemas/Count"},
                    "refused": {"$ref": "#/components/schemas/Count"},
                    "quarantined": {"$ref": "#/components/schemas/Count"},
                    "erased": {"$ref": "#/components/schemas/Count"},
                    "expired": {"$ref": "#/components/schemas/Count"}
                  }
                },
                "quarantine": {
                  "type": "object",
                  "required": ["events", "bytes", "evicted"],
                  "properties": {
                    "events": {"$ref": "#/components/schemas/Count"},
                    "bytes": {"$ref": "#/components/schemas/Count"},
                    "evicted": {"$ref": "#/components/schemas/Count"}
                  }
                },
                "content": {
                  "type": "object",
                  "required": ["items", "bytes"],
                  "properties": {
                    "items": {"$ref": "#/components/schemas/Count"},
                    "bytes": {"$ref": "#/components/schemas/Count"}
                  }
                },
                "compaction": {
                  "type": "object",
                  "required": [
                    "steps", "inputs", "outputs", "events", "bytesRead", "bytesWritten",
                    "replacedFiles", "replacedBytes", "setAside"
                  ],
                  "properties": {
                    "steps": {"$ref": "#/components/schemas/Count"},
                    "inputs": {"$ref": "#/components/schemas/Count"},
                    "outputs": {"$ref": "#/components/schemas/Count"},
                    "events": {"$ref": "#/components/schemas/Count"},
                    "bytesRead": {"$ref": "#/components/schemas/Count"},
                    "bytesWritten": {"$ref": "#/components/schemas/Count"},
                    "replacedFiles": {"$ref": "#/components/schemas/Count"},
                    "replacedBytes": {"$ref": "#/components/schemas/Count"},
                    "setAside": {"$ref": "#/components/schemas/Sentences"}
                  }
                },
                "retention": {
                  "type": "object",
                  "required": ["segments", "rewritten", "events", "bytes", "clock", "setAside"],
                  "properties": {
                    "segments": {"$ref": "#/components/schemas/Count"},
                    "rewritten": {"$ref": "#/components/schemas/Count"},
                    "events": {"$ref": "#/components/schemas/Count"},
                    "bytes": {"type": "integer"},
                    "oldestKept": {"$ref": "#/components/schemas/Microseconds"},
                    "cutoff": {"$ref": "#/components/schemas/Microseconds"},
                    "clock": {"$ref": "#/components/schemas/ClockStatus"},
                    "setAside": {"$ref": "#/components/schemas/Sentences"}
                  }
                },
                "rollups": {
                  "type": "object",
                  "required": ["segments", "expired", "rows", "bytes", "built", "events", "failed"],
                  "properties": {
                    "segments": {"$ref": "#/components/schemas/Count"},
                    "expired": {"$ref": "#/components/schemas/Count"},
                    "rows": {"$ref": "#/components/schemas/Count"},
                    "bytes": {"$ref": "#/components/schemas/Count"},
                    "built": {"$ref": "#/components/schemas/Count"},
                    "events": {"$ref": "#/components/schemas/Count"},
                    "failed": {"$ref": "#/components/schemas/Sentences"}
                  }
                },
                "archive": {
                  "type": "object",
                  "required": ["archived", "failures"],
                  "properties": {
                    "archived": {"$ref": "#/components/schemas/Count"},
                    "failures": {"$ref": "#/components/schemas/Count"},
                    "pending": {"$ref": "#/components/schemas/Count"},
                    "last": {"type": "string"},
                    "error": {"type": "string"}
                  }
                },
                "identityTable": {"$ref": "#/components/schemas/IdentityTable"},
                "erasure": {
                  "type": "object",
                  "required": ["pending", "overdue", "events"],
                  "properties": {
                    "pending": {"$ref": "#/components/schemas/Count"},
                    "overdue": {"$ref": "#/components/schemas/Count"},
                    "error": {"type": "string"},
                    "events": {"$ref": "#/components/schemas/Count"}
                  }
                },
                "recoveredTailBytes": {"$ref": "#/components/schemas/Count"},
                "damage": {"$ref": "#/components/schemas/Sentences"},
                "writeError": {
                  "type": "string",
                  "description": "Set while the store refuses events: `disk_full` or `io`."
                }
              }
            }
          }
        }
        """#)
}
