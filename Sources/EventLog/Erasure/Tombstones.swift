/// What is kept of persons who were erased, so that nothing of theirs comes back (specification, section
/// 4.7): keyed hashes and times, no id.
///
/// - An event of such a user, or one without a user of a device that was the person's then, is refused if it
///   is stamped before the erasure: an offline phone must not bring the data back. What is stamped later
///   is somebody new.
/// - An event that was erased is refused when it is sent again, whatever its time.
struct Tombstones: Sendable {
    struct DeviceSpan: Sendable, Hashable {
        var span: ErasureScope.Span
        var erasedAt: Int64
    }

    /// Ids of events that an erasure took.
    struct Erased: Sendable, Hashable {
        var at: Int64
        var identities: [EventIdentity]
    }

    private(set) var users: [ErasureKey.Digest: Int64] = [:]
    private(set) var devices: [ErasureKey.Digest: [DeviceSpan]] = [:]
    private(set) var erased: [Erased] = []
    /// When the last one was asked for, in µs since 1970 UTC: an event that is stamped later is nobody's
    /// of them.
    private(set) var newest = Int64.min

    var isEmpty: Bool { users.isEmpty }

    mutating func add(_ scope: ErasureScope, _ key: ErasureKey) {
        for user in scope.users {
            add(user: key.digest(of: user.utf8, .user), at: scope.requestedAt)
        }
        for device in scope.devices {
            let digest = key.digest(of: device.name.utf8, .device)
            for span in device.spans {
                add(device: digest, DeviceSpan(span: span, erasedAt: scope.requestedAt))
            }
        }
    }

    mutating func add(_ identities: [EventIdentity], at time: Int64) {
        guard !identities.isEmpty else { return }
        erased.append(Erased(at: time, identities: identities))
    }

    /// Identities that are old enough: what is sent so late is refused as too old.
    mutating func dropErased(before time: Int64) { erased.removeAll { $0.at < time } }

    mutating func add(user digest: ErasureKey.Digest, at time: Int64) {
        users[digest] = max(time, users[digest] ?? time)
        newest = max(newest, time)
    }

    mutating func add(device digest: ErasureKey.Digest, _ span: DeviceSpan) {
        if devices[digest]?.contains(span) == true { return }
        devices[digest, default: []].append(span)
    }

    /// Whether an event is one of somebody who was erased.
    /// - Parameters:
    ///   - rows: as in `EventBatch`.
    ///   - offset: where the event's row begins.
    func refuse(_ rows: UnsafeRawBufferPointer, at offset: Int, _ key: ErasureKey) -> Bool {
        // Nearly every event was stamped after the last erasure.
        let time = Int64(
            littleEndian: rows.loadUnaligned(fromByteOffset: offset + 4, as: Int64.self))
        guard time <= newest else { return false }
        var reader = EventRowReader(rows, at: offset)
        guard (try? reader.nextRow()) != nil else { return false }
        var user: UnsafeRawBufferPointer?
        var device: UnsafeRawBufferPointer?
        while let field = try? reader.nextField() {
            switch field {
            case .string(.userId, let bytes): user = bytes
            case .string(.deviceId, let bytes): device = bytes
            default: break
            }
        }
        if let user, !UserPlaceholder.matches(String(decoding: user, as: UTF8.self)) {
            return users[key.digest(of: user, .user)].map { time <= $0 } ?? false
        }
        guard let device, let spans = devices[key.digest(of: device, .device)] else {
            return false
        }
        return spans.contains { time <= $0.erasedAt && $0.span.contains(time) }
    }
}
