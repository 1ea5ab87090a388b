/// What may be done (specification, section 1.3): send events; ask; erase, seal, make keys.
package enum Role: Sendable { case ingest, read, admin }
