import Synchronization

extension IdentityIndex {
    /// Forgets a person at once, in every version; what its events say is not taken in again.
    func hide(_ scope: ErasureScope) {
        state.withLock { state in
            state.hidden.append(scope)
            state.sealed?.erase(scope)
            state.newest?.erase(scope)
            state.hiddenVersion += 1
        }
    }

    /// More is known of the scope than when its events were hidden.
    func update(_ scope: ErasureScope) {
        state.withLock { state in
            state.hidden = state.hidden.map { $0.id == scope.id ? scope : $0 }
            state.sealed?.erase(wholeDevicesOf: scope)
            // What others did on the devices since is taken in again.
            state.newest = nil
            state.hiddenVersion += 1
        }
    }

    /// The events are gone.
    func unhide(_ scope: ErasureScope) {
        state.withLock { state in
            state.hidden.removeAll { $0.id == scope.id }
            state.hiddenVersion += 1
        }
    }

    /// What a checkpoint is to say that takes the place of one with the person in it.
    /// - Parameters:
    ///   - events: all that is sealed.
    ///   - position: the last number that the seals covered.
    /// - Returns: `nil` if there is no checkpoint to be replaced.
    func checkpointWithoutHidden(
        _ events: EventsTable, position: Int64
    ) throws -> IdentityCheckpoint? {
        try withSealed(events, position: position) { version in
            guard version.damage.isEmpty else { return nil }
            return IdentityCheckpoint(
                position: position, map: version.map, watch: version.watch)
        }
    }
}

extension IdentityIndex.Version {
    mutating func erase(_ scope: ErasureScope) {
        erase(Set(scope.users.map { IdentityName($0) }), scope.wholeDevices)
    }

    mutating func erase(wholeDevicesOf scope: ErasureScope) {
        erase([], scope.wholeDevices)
    }

    private mutating func erase(_ users: Set<IdentityName>, _ devices: Set<IdentityName>) {
        let unshared = map.erase(users, devices: devices)
        if watch?.note(unshared, by: lastSeq) == false { watch = nil }
        watch?.remove(devices)
        turns = nil
        resolvers = nil
        raw = nil
        changed = []
    }
}

extension ErasureScope {
    var wholeDevices: Set<IdentityName> {
        Set(devices.filter(\.isWhole).map { IdentityName($0.name) })
    }
}
