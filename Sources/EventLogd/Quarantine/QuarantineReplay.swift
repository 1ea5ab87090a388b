import EventLog

/// Quarantined events offered again, as those of one producer and process: a batch for the store.
struct QuarantineReplay {
    let producer: String
    let peer: PeerCredentials
    private(set) var batch: EventBatch
    /// Numbers of the events that were refused again.
    private(set) var refusedCount = 0
    private let decoder: any LineDecoder

    /// Bytes of rows after which a batch is full, so that it fits a journal record.
    private static let rowsSizeMax = 512 << 10

    /// - Parameter now: the receive time of what is accepted, µs since 1970 UTC.
    init(producer: String, peer: PeerCredentials, decoders: any LineDecoderFactory, now: Int64) {
        self.producer = producer
        self.peer = peer
        // Whoever replays vouches for the events, not for what their senders may do.
        decoder = decoders.makeDecoder(producer: producer, peer: peer, mayAdminister: false)
        batch = EventBatch(producer: producer, peer: peer, receivedAt: now)
    }

    var isFull: Bool { batch.rows.count >= Self.rowsSizeMax }

    func takes(_ event: QuarantinedEvent) -> Bool {
        event.producer == producer && event.peerUid == peer.uid && event.peerPid == peer.pid
    }

    /// Judges an event by today's rules and as of the time at which it came: one without a timestamp
    /// happened then, not now.
    mutating func add(_ event: QuarantinedEvent) {
        // A line feed between tokens came with a request body. The other one of JSON's line ends means
        // the same there, and is as wrong within a string.
        var bytes = event.bytes.map { $0 == 0x0A ? 0x0D : $0 }
        var decoded = decode(bytes, event.receivedAt)
        if decoded.count == 1, decoded.identities == [nil],
            let brace = bytes.firstIndex(of: UInt8(ascii: "{"))
        {
            // With an id of its own: a replay that was interrupted and is repeated stores it once.
            bytes.insert(contentsOf: "\"eventId\":\"evt_q\(event.id)\",".utf8, at: brace + 1)
            let named = decode(bytes, event.receivedAt)
            if named.count == 1 { decoded = named }
        }
        guard decoded.count == 1 else { return refuse(event, decoded.refused.first?.refusal) }
        let start = UInt32(batch.rows.count)
        batch.rows += decoded.rows
        batch.rowOffsets.append(start + decoded.rowOffsets[1])
        batch.identities += decoded.identities
        batch.leavingQuarantine.append(event.id)
    }

    /// - Parameter refused: `nil` if it turned out to be no event at all.
    private mutating func refuse(_ event: QuarantinedEvent, _ refusal: Refusal?) {
        refusedCount += 1
        guard var refusal else { return }
        // Its place is the one where it stood when it was sent.
        refusal.line = event.line
        var refused = RefusedEvent(refusal, bytes: event.bytes)
        refused.origin = .replayed(
            id: event.id, receivedAt: event.receivedAt,
            hasNewReason: !event.hasReason(of: refusal))
        batch.refused.append(refused)
    }

    private func decode(_ bytes: [UInt8], _ receivedAt: Int64) -> EventBatch {
        var decoded = EventBatch(producer: producer, peer: peer, receivedAt: receivedAt)
        (bytes + [0x0A]).withUnsafeBytes {
            decoder.decode($0, now: receivedAt) { decoded = $0.batch }
        }
        return decoded
    }
}
