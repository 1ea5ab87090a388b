import EventLog

extension OfflineStore {
    /// Makes a snapshot of a store that no daemon uses. What its journal has is sealed first, as a daemon
    /// would: this takes the store's lock and writes to it.
    func snapshot(to place: String) throws(ToolFailure) -> SnapshotReport {
        // Opening it for writing would make a store where there is none.
        _ = try reader()
        let store: EventStore
        do {
            store = try EventStore.open(path, options: StoreOptions())
        } catch {
            throw ToolFailure("\(harmless(path)): \(harmless("\(error)"))")
        }
        let report = Result { () throws(SnapshotError) in try store.snapshot(to: place) }
        do {
            try store.close()
        } catch {
            throw ToolFailure("\(harmless(path)): \(harmless("\(error)"))")
        }
        return try Self.unwrap(report)
    }

    func restore(to place: String) throws(ToolFailure) -> SnapshotRestore {
        var line = ProgressLine(isWanted: true)
        let restored = Result { () throws(SnapshotError) in
            try SnapshotRestore(of: path, to: place) { done, all in
                line.update { Self.text(done, of: all, seconds: $0) }
            }
        }
        line.clear()
        return try Self.unwrap(restored)
    }

    private static func unwrap<Value>(
        _ result: Result<Value, SnapshotError>
    ) throws(ToolFailure) -> Value {
        do {
            return try result.get()
        } catch {
            throw ToolFailure(harmless("\(error)"))
        }
    }

    private static func text(_ done: Int, of all: Int, seconds: Double) -> String {
        let share = all > 0 ? Double(done) / Double(all) : 1
        let speed = seconds > 0 ? Int(Double(done) / seconds) : 0
        return "\(ProgressLine.bar(share)) · \(Quantities.bytes(done)) of "
            + "\(Quantities.bytes(all)) · \(Quantities.bytes(speed))/s"
    }
}
