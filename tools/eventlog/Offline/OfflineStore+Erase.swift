import EventLog

extension OfflineStore {
    /// Erases a person from a store that no daemon uses: takes its lock and writes to it.
    func erase(_ user: String) throws(ToolFailure) -> ErasureReceipt {
        // Opening it for writing would make a store where there is none.
        _ = try reader()
        do {
            let store = try EventStore.open(path, options: StoreOptions())
            var line = ProgressLine(isWanted: true)
            let receipt = Result { () throws(StoreError) in
                let request = try store.requestErasure(of: user)
                return try store.erase(
                    request.id, removeExports: { try store.removeExports($0) },
                    progress: { done, all in
                        line.update { _ in
                            ProgressLine.bar(Double(done) / Double(max(all, 1)))
                        }
                    }) ?? request
            }
            line.clear()
            try store.close()
            return try receipt.get()
        } catch {
            throw ToolFailure("\(harmless(path)): \(harmless("\(error)"))")
        }
    }
}
