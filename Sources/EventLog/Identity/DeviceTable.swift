/// All devices, in the order of (hash, device id): groups of pages.
///
/// A copy costs nothing. A change to a copy costs the page it touches, the list of its group's pages
/// (`IdentityLimits.pagesPerGroupMax`), and once the list of groups: whatever else the table holds is
/// shared. Pages and groups part when they are full, and never join: devices go away only with a person
/// who is erased, and leave a page empty at worst.
struct DeviceTable: Sendable {
    private struct Group: Sendable {
        /// The least hash of each page but the first, which takes all that is below.
        var firsts: [UInt32] = [0]
        var pages = [DevicePage()]
    }

    private var firsts: [UInt32] = [0]
    private var groups = [Group()]
    private(set) var count = 0

    /// Bytes of memory, near enough.
    var memorySize: Int {
        groups.reduce(0) { total, group in
            total
                + group.pages.reduce(group.pages.capacity * 16 + group.firsts.capacity * 4) {
                    $0 + $1.bytes.capacity + 40
                }
        }
    }

    /// The last position whose value is at most `hash`; the first is for whatever is less.
    private static func position(of hash: UInt32, in firsts: [UInt32]) -> Int {
        var low = 0
        var high = firsts.count
        while high &- low > 1 {
            let middle = (low &+ high) &>> 1
            if firsts[middle] <= hash { low = middle } else { high = middle }
        }
        return low
    }

    func links(of device: [UInt8], hash: UInt32) -> DeviceLinks? {
        let group = Self.position(of: hash, in: firsts)
        let number = Self.position(of: hash, in: groups[group].firsts)
        let place = groups[group].pages[number].place(of: device, hash: hash)
        return place.isFound ? groups[group].pages[number].links(at: place.links) : nil
    }

    func contains(_ device: [UInt8], hash: UInt32) -> Bool {
        let group = Self.position(of: hash, in: firsts)
        let number = Self.position(of: hash, in: groups[group].firsts)
        return groups[group].pages[number].place(of: device, hash: hash).isFound
    }

    /// Changes the links of one device.
    /// - Parameter body: given what there is, or nothing, makes of it what shall be.
    mutating func update(
        _ device: [UInt8], hash: UInt32, entry: inout IdentityWriter,
        scratch: inout IdentityWriter, _ body: (inout DeviceLinks) -> Void
    ) {
        let group = Self.position(of: hash, in: firsts)
        let number = Self.position(of: hash, in: groups[group].firsts)
        let place = groups[group].pages[number].place(of: device, hash: hash)
        var links =
            place.isFound ? groups[group].pages[number].links(at: place.links) : DeviceLinks()
        body(&links)
        DevicePage.encode(links, of: device, hash: hash, scratch: &scratch, into: &entry)
        // What changes nothing must not copy a page that others hold.
        if groups[group].pages[number].holds(entry.bytes, at: place) { return }
        if !place.isFound { count += 1 }
        groups[group].pages[number].replace(place, with: entry.bytes)
        split(page: number, in: group)
    }

    /// Takes a device away, if it is there.
    mutating func remove(_ device: [UInt8], hash: UInt32) {
        let group = Self.position(of: hash, in: firsts)
        let number = Self.position(of: hash, in: groups[group].firsts)
        let place = groups[group].pages[number].place(of: device, hash: hash)
        guard place.isFound else { return }
        groups[group].pages[number].remove(place)
        count -= 1
    }

    private mutating func split(page number: Int, in group: Int) {
        guard groups[group].pages[number].bytes.count > IdentityLimits.pageSizeMax,
            let later = groups[group].pages[number].split(sizeMax: IdentityLimits.pageSizeMax)
        else { return }
        groups[group].firsts.insert(later.firstHash, at: number + 1)
        groups[group].pages.insert(later, at: number + 1)
        let count = groups[group].pages.count
        guard count > IdentityLimits.pagesPerGroupMax else { return }
        let half = count / 2
        let added = Group(
            firsts: Array(groups[group].firsts[half...]),
            pages: Array(groups[group].pages[half...]))
        groups[group] = Group(
            firsts: Array(groups[group].firsts[..<half]),
            pages: Array(groups[group].pages[..<half]))
        firsts.insert(added.firsts[0], at: group + 1)
        groups.insert(added, at: group + 1)
    }

    /// Calls `body` with all pages, in order.
    func forEachPage(_ body: (DevicePage) throws -> Void) rethrows {
        for group in groups {
            for page in group.pages where page.count > 0 { try body(page) }
        }
    }

    /// Calls `body` with each device and its links, in order.
    func forEach(_ body: (IdentityName, DeviceLinks) throws -> Void) rethrows {
        try forEachPage { page in
            try page.forEach { device, position in
                try body(IdentityName(Array(device)), page.links(at: position))
            }
        }
    }
}

extension DeviceTable {
    /// A table of checked pages: in order, none of them empty, no hash in two of them.
    init(pages: [DevicePage]) {
        self.init()
        guard !pages.isEmpty else { return }
        firsts = []
        groups = []
        // Not full, so that the next changes need not part them all.
        let step = IdentityLimits.pagesPerGroupMax / 4 * 3
        for start in stride(from: 0, to: pages.count, by: step) {
            let part = Array(pages[start..<min(start + step, pages.count)])
            firsts.append(part[0].firstHash)
            groups.append(Group(firsts: part.map(\.firstHash), pages: part))
            count += part.reduce(0) { $0 + $1.count }
        }
    }
}
