/// Some devices and their links, one after the other in one array of bytes.
///
/// ```
/// entry = hash (4 bytes, big-endian) · varint size of the rest · varint length, device id ·
///         links (`DeviceLinks+Coding`)
/// ```
/// Entries stand in the order of (hash, device id). A device costs what its texts and times cost, and
/// about eight bytes.
struct DevicePage: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0

    /// Where an entry is, or belongs.
    struct Place {
        var start: Int
        /// Where its links begin.
        var links: Int
        var end: Int
        var isFound: Bool
    }

    /// The first hash of the page; 0 if there is no entry.
    var firstHash: UInt32 { bytes.isEmpty ? 0 : hash(at: 0) }

    private func hash(at start: Int) -> UInt32 {
        UInt32(bytes[start]) &<< 24 | UInt32(bytes[start &+ 1]) &<< 16
            | UInt32(bytes[start &+ 2]) &<< 8 | UInt32(bytes[start &+ 3])
    }

    /// A varint that is known to be whole.
    private func varint(at position: inout Int) -> Int {
        var value = 0
        var shift = 0
        while true {
            let byte = bytes[position]
            position &+= 1
            value |= Int(byte & 0x7F) &<< shift
            if byte < 0x80 { return value }
            shift &+= 7
        }
    }

    func place(of device: [UInt8], hash: UInt32) -> Place {
        var start = 0
        while start < bytes.count {
            let own = self.hash(at: start)
            var position = start &+ 4
            let size = varint(at: &position)
            let end = position &+ size
            if own > hash { break }
            if own == hash {
                let length = varint(at: &position)
                let order = compare(device, at: position, length: length)
                if order == 0 {
                    return Place(
                        start: start, links: position &+ length, end: end, isFound: true)
                }
                if order < 0 { break }
            }
            start = end
        }
        return Place(start: start, links: start, end: start, isFound: false)
    }

    /// Below 0: `device` comes before the entry's.
    private func compare(_ device: [UInt8], at position: Int, length: Int) -> Int {
        let common = min(length, device.count)
        for index in 0..<common where device[index] != bytes[position &+ index] {
            return device[index] < bytes[position &+ index] ? -1 : 1
        }
        return device.count - length
    }

    /// Puts `entry` where `place` is.
    mutating func replace(_ place: Place, with entry: [UInt8]) {
        let growth = entry.count - (place.end - place.start)
        let needed = bytes.count + growth
        // An array would double: a page grows by an eighth.
        if needed > bytes.capacity { bytes.reserveCapacity(needed + needed / 8) }
        bytes.replaceSubrange(place.start..<place.end, with: entry)
        if !place.isFound { count += 1 }
    }

    /// Takes the entry away that was found at `place`.
    mutating func remove(_ place: Place) {
        bytes.removeSubrange(place.start..<place.end)
        count -= 1
    }

    /// Whether the bytes from `place` on are `entry`.
    func holds(_ entry: [UInt8], at place: Place) -> Bool {
        place.isFound && place.end - place.start == entry.count
            && bytes[place.start..<place.end].elementsEqual(entry)
    }

    /// The later half as a page of its own, if the page is too large and can be parted.
    mutating func split(sizeMax: Int) -> DevicePage? {
        guard bytes.count > sizeMax, count > 1 else { return nil }
        var start = 0
        var last: UInt32?
        var cut: (start: Int, index: Int)?
        for index in 0..<count {
            let own = hash(at: start)
            // Entries of one hash stay together: pages are found by it.
            if let last, last != own, cut == nil || start <= bytes.count / 2 {
                cut = (start, index)
            }
            last = own
            var position = start + 4
            let size = varint(at: &position)
            start = position + size
        }
        guard let cut else { return nil }
        var later = DevicePage()
        later.bytes.reserveCapacity(bytes.count - cut.start + (bytes.count - cut.start) / 8)
        later.bytes.append(contentsOf: bytes[cut.start...])
        later.count = count - cut.index
        var earlier: [UInt8] = []
        earlier.reserveCapacity(cut.start + cut.start / 8)
        earlier.append(contentsOf: bytes[..<cut.start])
        bytes = earlier
        count = cut.index
        return later
    }

    /// Appends a whole entry that comes after all others.
    mutating func append(_ entry: ArraySlice<UInt8>) {
        bytes.append(contentsOf: entry)
        count += 1
    }

    /// Calls `body` with each device id and the position of its links.
    func forEach(_ body: (ArraySlice<UInt8>, Int) throws -> Void) rethrows {
        var start = 0
        while start < bytes.count {
            var position = start + 4
            let size = varint(at: &position)
            let end = position + size
            let length = varint(at: &position)
            try body(bytes[position..<position + length], position + length)
            start = end
        }
    }

    /// The links at a position that `place` or `forEach` gave.
    func links(at position: Int) -> DeviceLinks {
        var reader = IdentityReader(bytes, at: position)
        do {
            return try DeviceLinks(reading: &reader)
        } catch {
            preconditionFailure("a page holds what was encoded or checked: \(error)")
        }
    }

    /// Writes an entry.
    static func encode(
        _ links: DeviceLinks, of device: [UInt8], hash: UInt32, scratch: inout IdentityWriter,
        into entry: inout IdentityWriter
    ) {
        scratch.bytes.removeAll(keepingCapacity: true)
        scratch.append(name: device)
        links.encode(into: &scratch)
        entry.bytes.removeAll(keepingCapacity: true)
        entry.append(hash: hash)
        entry.append(count: scratch.bytes.count)
        entry.bytes.append(contentsOf: scratch.bytes)
    }
}
