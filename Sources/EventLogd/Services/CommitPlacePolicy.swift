import NIOCore

/// Where a group is appended and synced.
package enum CommitPlace: Sendable, Hashable {
    /// On the event loop that has it: nobody has to be woken, and its other connections wait meanwhile.
    case eventLoop
    /// On the writer's thread: two threads have to be woken, and no connection waits.
    case thread
}

/// Decides where the next group is committed, from what the last ones took. A pure value.
///
/// To wake an idle thread takes about as long as the sync of a fast disk, so small groups are committed
/// where they are. On a slow disk the wake-ups are a small part of it, and an event loop must not stand
/// still for so long.
package struct CommitPlacePolicy: Sendable {
    /// One group is an eighth of the average.
    private static let weight = 8
    /// How many times the limit a group counts at most: one that stood still for long says little about
    /// the next, two in a row do. Some twenty fast groups make up for it.
    private static let outlierMax = 4

    private let sizeMax: Int
    private let durationMax: Duration
    /// Moving average over groups, wherever they were committed.
    private var average: Duration
    private var isSlow = true

    /// A disk is slow until it has shown to be fast.
    package init(limits: DaemonLimits) {
        sizeMax = limits.loopCommitSizeMax
        durationMax = .nanoseconds(limits.loopCommitDurationMax.nanoseconds)
        average = durationMax
    }

    /// - Parameter size: bytes of what waits.
    /// - Parameter isCrowded: whether there may be something to wait for besides the disk.
    package func place(size: Int, isCrowded: Bool) -> CommitPlace {
        isSlow || isCrowded || size > sizeMax ? .thread : .eventLoop
    }

    /// A group was committed. Slow above the limit, fast again only below half of it.
    package mutating func took(_ duration: Duration) {
        average += (min(duration, durationMax * Self.outlierMax) - average) / Self.weight
        if average > durationMax { isSlow = true }
        if average < durationMax / 2 { isSlow = false }
    }

    /// After a failure the store may have to seal, and nobody knows what the disk does next: some groups
    /// go to the thread first.
    package mutating func failed() {
        average = durationMax * Self.outlierMax
        isSlow = true
    }
}
