/// The bytes of a device's links, in memory and in a checkpoint.
///
/// ```
/// byte     1 shared · 2 has clears · 4 has unlinks · 8 has explicit runs · 16 has implicit runs
/// varint   users;    each: varint length, bytes                       ascending
/// varint   clears;   first time, then distances                       ascending
/// varint   unlinks;  each: varint user, time                          by user
/// varint   explicit; each: varint user << 1 | hasInterior,            by first, then user descending
///                    first after that of the run before, last after its first
/// varint   implicit; the same
/// ```
/// The four lists are there if their bit is set, and then not empty. A time is 8 to 10 bytes, a
/// distance fewer: the varint of their difference modulo 2⁶⁴.
extension DeviceLinks {
    private enum Part: UInt8 {
        case shared = 1
        case clears = 2
        case unlinks = 4
        case explicit = 8
        case implicit = 16
    }

    /// - Precondition: settled.
    func encode(into writer: inout IdentityWriter) {
        var parts: UInt8 = 0
        if isShared { parts |= Part.shared.rawValue }
        if !clears.isEmpty { parts |= Part.clears.rawValue }
        if !unlinks.isEmpty { parts |= Part.unlinks.rawValue }
        if !explicit.isEmpty { parts |= Part.explicit.rawValue }
        if !implicit.isEmpty { parts |= Part.implicit.rawValue }
        writer.bytes.append(parts)
        writer.append(count: users.count)
        for user in users { writer.append(name: user.bytes) }
        if !clears.isEmpty {
            writer.append(count: clears.count)
            var last: Int64 = 0
            for time in clears {
                writer.append(time: time, after: last)
                last = time
            }
        }
        if !unlinks.isEmpty {
            writer.append(count: unlinks.count)
            for unlink in unlinks {
                writer.append(count: unlink.user)
                writer.append(time: unlink.time, after: 0)
            }
        }
        if !explicit.isEmpty { Self.encode(explicit, into: &writer) }
        if !implicit.isEmpty { Self.encode(implicit, into: &writer) }
    }

    private static func encode(_ runs: [Run], into writer: inout IdentityWriter) {
        writer.append(count: runs.count)
        var base: Int64 = 0
        for run in runs {
            writer.append(varint: UInt64(run.user) &<< 1 | (run.hasInterior ? 1 : 0))
            writer.append(time: run.first, after: base)
            writer.append(time: run.last, after: run.first)
            base = run.first
        }
    }

    /// Reads what `encode` wrote. Whether it could have written it is `isSettled`'s to say; users'
    /// positions are checked here.
    init(reading reader: inout IdentityReader) throws(IdentityFormatError) {
        let start = reader.position
        let parts = try reader.readByte()
        guard parts < 32 else { throw .badValue(at: start) }
        isShared = parts & Part.shared.rawValue != 0
        for _ in 0..<(try reader.readCount(of: 2)) {
            users.append(IdentityName(try reader.readName()))
        }
        if parts & Part.clears.rawValue != 0 {
            let count = try reader.readCount()
            clears.reserveCapacity(count)
            var last: Int64 = 0
            for _ in 0..<count {
                last = try reader.readTime(after: last)
                clears.append(last)
            }
        }
        if parts & Part.unlinks.rawValue != 0 {
            for _ in 0..<(try reader.readCount(of: 2)) {
                let user = try readUser(try reader.readVarint(), at: reader.position)
                unlinks.append(Unlink(user: user, time: try reader.readTime(after: 0)))
            }
        }
        if parts & Part.explicit.rawValue != 0 { explicit = try readRuns(&reader) }
        if parts & Part.implicit.rawValue != 0 { implicit = try readRuns(&reader) }
    }

    private func readUser(
        _ value: UInt64, at position: Int
    ) throws(IdentityFormatError) -> Int {
        guard value < UInt64(users.count) else { throw .badValue(at: position) }
        return Int(value)
    }

    private func readRuns(
        _ reader: inout IdentityReader
    ) throws(IdentityFormatError) -> [Run] {
        let count = try reader.readCount(of: 3)
        var runs: [Run] = []
        runs.reserveCapacity(count)
        var base: Int64 = 0
        for _ in 0..<count {
            let key = try reader.readVarint()
            let user = try readUser(key >> 1, at: reader.position)
            let first = try reader.readTime(after: base)
            let last = try reader.readTime(after: first)
            guard first <= last else { throw .badValue(at: reader.position) }
            runs.append(Run(user: user, first: first, last: last, hasInterior: key & 1 != 0))
            base = first
        }
        return runs
    }

    /// Whether this is a value that `settle` leaves as it is, and that the guard allows.
    func isSettled(usersMax: Int) -> Bool {
        guard Self.isAscending(clears), Self.isAscending(users),
            Self.isAscending(unlinks.map(\.user)), areRunsPossible
        else { return false }
        let linked = Set((explicit + implicit).map(\.user)).count
        if isShared {
            guard usersMax > 0, linked == usersMax + 1 else { return false }
        } else if usersMax > 0, linked > usersMax {
            return false
        }
        var settled = self
        settled.settle()
        return settled == self
    }

    private static func isAscending<Value: Comparable>(_ values: [Value]) -> Bool {
        zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
    }

    /// Whether no run stands for links that cannot be.
    private var areRunsPossible: Bool {
        var unlinkTimes = [Int64?](repeating: nil, count: users.count)
        for unlink in unlinks { unlinkTimes[unlink.user] = unlink.time }
        var seen: Set<[Int]> = []
        for (list, runs) in [explicit, implicit].enumerated() {
            // Of one user, in order: disjoint, with room for what is within.
            var ends = [Int64?](repeating: nil, count: users.count)
            for run in runs {
                if run.hasInterior, run.last &- run.first < 2, run.last &- run.first >= 0 {
                    return false
                }
                if let time = unlinkTimes[run.user], run.first <= time { return false }
                if let end = ends[run.user], run.first <= end { return false }
                ends[run.user] = run.last
                if isShared {
                    guard run.first == run.last, seen.insert([list, run.user]).inserted else {
                        return false
                    }
                } else if list == 1 {
                    let epoch = epoch(at: run.first)
                    guard epoch == self.epoch(at: run.last),
                        seen.insert([epoch, run.user]).inserted
                    else { return false }
                }
            }
        }
        return true
    }
}
