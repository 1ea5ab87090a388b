import Columns
import Synchronization

/// What stands on sealed events alone, which cannot be lost any more.
extension IdentityIndex {
    /// Takes in what a seal made a segment of, unless too much is missing before it: that is left to
    /// somebody who asks, so that sealing need not wait for it.
    /// - Parameters:
    ///   - events: all that is sealed, and nothing else.
    ///   - position: the last number that the seal covered.
    ///   - rowCount: events between two checkpoints.
    /// - Returns: a checkpoint, if it is time for one.
    func seal(
        _ events: EventsTable, position: Int64, every rowCount: Int64
    ) throws -> IdentityCheckpoint? {
        try state.withLock { state in
            var sealed = try sealed(&state)
            if let newest = state.newest, newest.lastSeq <= position {
                if newest.lastSeq >= sealed.lastSeq { sealed = newest }
                state.newest = nil
            }
            // What is known already stays known, also if more cannot be read.
            state.sealed = sealed
            let events = state.visible(events)
            guard sealed.missingRowCount(of: events) <= 2 * rowCount else { return nil }
            // A question may have taken in all of it already.
            try sealed.takeIn(events, sealedThrough: position)
            state.sealed = sealed
            guard position - state.checkpointed >= rowCount, sealed.damage.isEmpty else {
                return nil
            }
            return IdentityCheckpoint(position: position, map: sealed.map, watch: sealed.watch)
        }
    }

    /// Works with the map of exactly the events up to a seal.
    /// - Parameters:
    ///   - events: all that is sealed; what the map lacks of it is read.
    ///   - position: the last number that the seals covered.
    func withSealed<Result>(
        _ events: EventsTable, position: Int64, _ body: (inout Version) throws -> Result
    ) throws -> Result {
        try state.withLock { state in
            var sealed = try sealed(&state)
            try sealed.takeIn(state.visible(events), sealedThrough: position)
            let wasWatched = sealed.watch != nil
            let result = try body(&sealed)
            state.sealed = sealed
            // What came since is taken in again, and watched.
            if !wasWatched, sealed.watch != nil { state.newest = nil }
            return result
        }
    }

    /// Nobody asks any more what changed up to this number.
    func forgetChanges(through position: Int64) {
        state.withLock { state in
            state.sealed?.watch?.forget(through: position)
            state.newest?.watch?.forget(through: position)
        }
    }

    /// The map of exactly the events up to a seal, and the number of the last one.
    /// - Parameters:
    ///   - events: all that is sealed; what the map lacks of it is read. `nil`: nothing is.
    ///   - rowCountMax: nothing is read either if that were more events.
    /// - Returns: `nil` if events up to `position` are missing.
    func sealedMap(
        _ events: EventsTable?, position: Int64, rowCountMax: Int64 = .max
    ) throws -> (map: IdentityMap, position: Int64)? {
        try state.withLock { state in
            guard events != nil || state.sealed != nil else { return nil }
            var sealed = try sealed(&state)
            if sealed.lastSeq < position {
                guard let events, sealed.missingRowCount(of: events) <= rowCountMax else {
                    return nil
                }
                try sealed.takeIn(state.visible(events), sealedThrough: position)
                state.sealed = sealed
            }
            return (sealed.map, sealed.lastSeq)
        }
    }

    /// A checkpoint is durable.
    func keep(_ checkpoint: IdentityCheckpoint) {
        state.withLock { $0.checkpointed = max($0.checkpointed, checkpoint.position) }
    }
}
