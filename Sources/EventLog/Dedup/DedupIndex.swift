/// A sealed segment as deduplication sees it.
package protocol IdentitySource: AnyObject, Sendable {
    /// `false`: the segment certainly has no event with this id. Reads the segment's Bloom filter.
    func mightContain(eventId: UnsafeRawBufferPointer) throws -> Bool
    /// Whether the event stands where one of its type and content must: reads a page or two.
    /// `false` proves nothing, since a repeat may differ from its first copy in all but the id.
    func containsInPlace(_ offered: OfferedEvent, key: UInt64) throws -> Bool
    /// The identities of all its events, read from its columns.
    func loadIdentities(key: UInt64) throws -> [EventIdentity]
    /// Events in it.
    var identityCount: Int { get }
}

/// What of an event helps to find its first copy. The bytes belong to the caller.
package struct OfferedEvent {
    package var identity: EventIdentity
    package var eventId: UnsafeRawBufferPointer
    package var event: UnsafeRawBufferPointer?
    package var contentId: UnsafeRawBufferPointer?

    package init(
        identity: EventIdentity, eventId: UnsafeRawBufferPointer,
        event: UnsafeRawBufferPointer? = nil, contentId: UnsafeRawBufferPointer? = nil
    ) {
        self.identity = identity
        self.eventId = eventId
        self.event = event
        self.contentId = contentId
    }
}

/// Knows every (producer, eventId) that the store holds: exactly, and for tens of nanoseconds a new
/// event.
///
/// ```
/// filter      all identities of the tail and of the indexed segments; nearly always says "new"
/// erased      what went with a person who was erased, and must not come back
/// tail        the exact set of what is not sealed yet; `sealing` while a seal is under way
/// indexed     segments in the filter: asked one by one only when the filter says "maybe"
/// unindexed   segments that a start has not read yet: asked one by one, through their Bloom filters
/// ```
///
/// Nothing of it is on disk: the segments' own eventId columns and Bloom filters are the index.
package struct DedupIndex: Sendable {
    private let key: UInt64
    private var filter: IdentityFilter
    private var tail = IdentitySet()
    /// Events that are not stored any more, and must not be again.
    private var erased = IdentitySet()
    private var sealing: IdentitySet?
    private var indexed: [any IdentitySource] = []
    private var unindexed: [any IdentitySource] = []
    /// Exact sets of segments that were asked lately.
    private var sets: GenerationCache<ObjectIdentifier, SealedIdentities>
    /// The segment in which the last repeat was found.
    private var lastHit: ObjectIdentifier?
    /// How often a segment without an exact set was asked by its pages.
    private var placesAsked: [ObjectIdentifier: Int] = [:]
    /// What `prepare` read, kept so that the reads are not optimised away.
    private var touched: UInt64 = 0

    /// - Parameters:
    ///   - expectedCount: identities in `segments`, so that the filter need not grow at once.
    ///   - setMemory: bytes for exact sets of segments.
    package init(
        key: UInt64, segments: [any IdentitySource], expectedCount: Int, setMemory: Int
    ) {
        self.key = key
        filter = IdentityFilter(expectedCount: expectedCount + expectedCount / 2)
        unindexed = segments
        sets = GenerationCache(budget: setMemory)
    }

    package var memorySize: Int {
        filter.memorySize + tail.memorySize + erased.memorySize + (sealing?.memorySize ?? 0)
            + sets.cost
    }
    package var unindexedCount: Int { unindexed.count }

    /// Looks at a segment's pages, for each 100,000 events, after which its exact set is made: by then they have cost about as much
    /// as it does, and more repeats are to be expected.
    private static let placesAskedMax = 32
    /// Identities that `prepare` should be given at once: their cache lines fit the first-level cache.
    package static let preparedCount = 64

    /// Fetches what `insert` will look at for these identities: all at once rather than one miss after
    /// the other. Changes no answer.
    package mutating func prepare(_ identities: ArraySlice<EventIdentity?>) {
        touched &+= filter.touch(identities) &+ tail.touch(identities)
    }

    /// Takes the identity in, unless the store has it.
    /// - Parameter offered: the event itself, asked for only if the filter cannot decide.
    /// - Returns: whether it is new.
    /// - Throws: `DiskError` if that cannot be known now, for want of open files or memory.
    package mutating func insert(
        _ identity: EventIdentity, offered: () -> OfferedEvent
    ) throws(DiskError) -> Bool {
        if filter.mightContain(identity) {
            if tail.contains(identity) || sealing?.contains(identity) == true { return false }
            if erased.contains(identity) { return false }
            if try isStored(identity, in: indexed, offered) { return false }
        }
        if !unindexed.isEmpty, try isStored(identity, in: unindexed, offered) { return false }
        tail.insert(identity)
        filter.insert(identity)
        return true
    }

    /// These events are no repeats when they come again: they were erased.
    package mutating func erase(_ identities: [EventIdentity]) {
        for identity in identities where erased.insert(identity) { filter.insert(identity) }
    }

    /// Whether an event that is not new is one that was erased.
    package func isErased(_ identity: EventIdentity) -> Bool {
        erased.count > 0 && erased.contains(identity)
    }

    /// Takes in an identity of which the journal has the event.
    package mutating func replay(_ identity: EventIdentity) {
        if tail.insert(identity) { filter.insert(identity) }
    }

    /// Undoes `insert` for events that could not be made durable.
    package mutating func remove(_ identities: [EventIdentity]) {
        for identity in identities { tail.remove(identity) }
    }

    /// The tail is being sealed: what comes now belongs to the next one.
    package mutating func beginSeal() {
        precondition(sealing == nil)
        sealing = tail
        tail = IdentitySet()
    }

    /// What was sealed is now found through `segment`.
    package mutating func endSeal(into segment: any IdentitySource) {
        guard let sealed = sealing.take() else { preconditionFailure("no seal was begun") }
        indexed.append(segment)
        sets.insert(
            .table(sealed), for: ObjectIdentifier(segment), cost: sealed.memorySize)
    }

    /// Other files have the events of these segments now.
    package mutating func replace(
        _ segments: [any IdentitySource], by successors: [any IdentitySource]
    ) {
        let old = Set(segments.map { ObjectIdentifier($0) })
        let kept = segments.count == 1 && successors.count == 1 ? sets.value(for: old.first!) : nil
        // What is not in the filter with all its ids is asked until it is. The newest stay last: repeats are
        // looked for there first.
        if unindexed.contains(where: { old.contains(ObjectIdentifier($0)) }) {
            Self.replace(old, in: &unindexed, by: successors)
            Self.replace(old, in: &indexed, by: [])
        } else {
            Self.replace(old, in: &indexed, by: successors)
        }
        // Nothing may stay behind under the name of an object that is gone: the next may have it.
        for id in old {
            sets.remove(id)
            placesAsked[id] = nil
            if lastHit == id { lastHit = nil }
        }
        if let kept, let successor = successors.first {
            sets.insert(kept, for: ObjectIdentifier(successor), cost: kept.memorySize)
        }
    }

    private static func replace(
        _ old: Set<ObjectIdentifier>, in segments: inout [any IdentitySource],
        by successors: [any IdentitySource]
    ) {
        let place = segments.firstIndex { old.contains(ObjectIdentifier($0)) } ?? segments.endIndex
        segments.insert(contentsOf: successors, at: place)
        segments.removeAll { old.contains(ObjectIdentifier($0)) }
    }

    /// The next segment to be read into the filter, newest first; `nil` if all are.
    package var nextUnindexed: (any IdentitySource)? { unindexed.last }

    /// Puts a segment's identities, loaded without holding up anybody, into the filter.
    package mutating func index(_ segment: any IdentitySource, _ identities: [EventIdentity]) {
        guard let position = unindexed.lastIndex(where: { $0 === segment }) else { return }
        unindexed.remove(at: position)
        filter.insert(contentsOf: identities)
        indexed.insert(segment, at: 0)
    }

    private mutating func isStored(
        _ identity: EventIdentity, in segments: [any IdentitySource],
        _ describe: () -> OfferedEvent
    ) throws(DiskError) -> Bool {
        // Repeats come in runs: a client that sends again sends what it sent together.
        if let last = lastHit, sets.value(for: last)?.contains(identity) == true { return true }
        let offered = describe()
        // A repeat nearly always says what its first copy said: then a page tells. Only if none
        // does are whole segments read, which costs fifty times as much.
        var candidates: [any IdentitySource] = []
        for segment in segments.reversed() {
            if let set = sets.value(for: ObjectIdentifier(segment)) {
                if set.contains(identity) {
                    lastHit = ObjectIdentifier(segment)
                    return true
                }
            } else if try Self.unlessDamaged({
                try segment.mightContain(eventId: offered.eventId)
            }) ?? true {
                if try isInPlace(offered, in: segment) { return true }
                candidates.append(segment)
            }
        }
        for segment in candidates {
            let set = SealedIdentities(try Self.identities(of: segment, key: key))
            sets.insert(set, for: ObjectIdentifier(segment), cost: set.memorySize)
            placesAsked[ObjectIdentifier(segment)] = nil
            if set.contains(identity) {
                lastHit = ObjectIdentifier(segment)
                return true
            }
        }
        return false
    }

    /// Whether a look at the segment's pages finds the event; `false` proves nothing.
    private mutating func isInPlace(
        _ offered: OfferedEvent, in segment: any IdentitySource
    ) throws(DiskError) -> Bool {
        let asked = placesAsked[ObjectIdentifier(segment), default: 0]
        guard asked < Self.placesAskedMax * (1 + segment.identityCount / 100_000) else {
            return false
        }
        placesAsked[ObjectIdentifier(segment)] = asked + 1
        return try Self.unlessDamaged { try segment.containsInPlace(offered, key: key) } ?? false
    }

    /// A damaged segment must not stop ingest: ids that cannot be read are not known, and queries
    /// report the damage. A shortage is no damage: what was not read then is read later.
    package static func identities(
        of segment: any IdentitySource, key: UInt64
    ) throws(DiskError) -> [EventIdentity] {
        try unlessDamaged { try segment.loadIdentities(key: key) } ?? []
    }

    private static func unlessDamaged<Value>(
        _ read: () throws -> Value
    ) throws(DiskError) -> Value? {
        do {
            return try read()
        } catch {
            if let error = error as? DiskError, error.isShortage { throw error }
            return nil
        }
    }
}
