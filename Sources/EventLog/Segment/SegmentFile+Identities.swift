import Columns
import Parquet

extension SegmentFile: IdentitySource {
    package var identityCount: Int { entry.rowCount }

    package func mightContain(eventId: UnsafeRawBufferPointer) throws -> Bool {
        try mightContain(.string(String(decoding: eventId, as: UTF8.self)), in: .eventId)
    }

    private func mightContain(_ value: Value, in column: EventColumn) throws -> Bool {
        let opened = try open()
        guard let leaf = leaf(column.definition, in: opened) else { return true }
        for rowGroup in opened.file.rowGroups.indices {
            guard let filter = try bloomFilter(opened, rowGroup: rowGroup, leaf: leaf) else {
                return true
            }
            if filter.mightContain(value) { return true }
        }
        return false
    }

    /// `false`: no row of the column, one with a Bloom filter, has this text.
    func mightContain(_ text: String, in column: EventColumn) -> Bool {
        (try? mightContain(.string(text), in: column)) ?? true
    }

    package func containsInPlace(_ offered: OfferedEvent, key: UInt64) throws -> Bool {
        let opened = try open()
        guard let idLeaf = leaf(EventColumn.eventId.definition, in: opened),
            let producerLeaf = leaf(EventColumn.producer.definition, in: opened)
        else { return false }
        let pruning = SegmentPruning(place: offered)
        for rowGroup in opened.file.rowGroups.indices {
            let pageCount = try pageStarts(opened, rowGroup: rowGroup).count - 1
            let runs = pruning.pages(
                of: self, opened, rowGroup: rowGroup, pageCount: pageCount,
                observer: ScanObserver())
            for pages in runs {
                // Read past the cache: these pages would push out what queries use.
                func read(_ leaf: Int) throws -> Column {
                    try opened.file.readColumn(
                        rowGroup: rowGroup, leaf: leaf, pages: pages,
                        index: try pageIndex(opened, rowGroup: rowGroup, leaf: leaf)
                    ).column
                }
                let rows = try Self.rows(of: offered.eventId, in: read(idLeaf))
                guard !rows.isEmpty,
                    case .string(let codes, let producers) = try read(producerLeaf).values
                else { continue }
                for row in rows where row < codes.count && codes[row] >= 0 {
                    let hasher = EventIdentityHasher(
                        producer: producers[Int(codes[row])], key: key)
                    if hasher.identity(of: offered.eventId) == offered.identity { return true }
                }
            }
        }
        return false
    }

    private static func rows(of id: UnsafeRawBufferPointer, in column: Column) -> [Int] {
        guard case .string(let codes, let strings) = column.values else { return [] }
        return strings.bytes.withUnsafeBytes { bytes in
            codes.indices.filter { row in
                guard codes[row] >= 0 else { return false }
                let range = strings.range(at: Int(codes[row]))
                return range.count == id.count
                    && UnsafeRawBufferPointer(rebasing: bytes[range]).elementsEqual(id)
            }
        }
    }

    /// Ids on damaged pages are missing from the result: their repeats would be stored again.
    package func loadIdentities(key: UInt64) throws -> [EventIdentity] {
        let opened = try open()
        var identities: [EventIdentity] = []
        identities.reserveCapacity(entry.rowCount)
        guard let idLeaf = leaf(EventColumn.eventId.definition, in: opened),
            let producerLeaf = leaf(EventColumn.producer.definition, in: opened)
        else { return identities }
        for rowGroup in opened.file.rowGroups.indices {
            // Read past the cache: a whole column of ids would push out what queries use.
            let producers = try opened.file.readColumn(
                rowGroup: rowGroup, leaf: producerLeaf
            ).column
            let ids = try opened.file.readColumn(
                rowGroup: rowGroup, leaf: idLeaf
            ).column
            guard case .string(let idCodes, let idStrings) = ids.values,
                case .string(let producerCodes, let producerStrings) = producers.values,
                idCodes.count == producerCodes.count
            else { continue }
            let hashers = (0..<producerStrings.count).map {
                EventIdentityHasher(producer: producerStrings[$0], key: key)
            }
            idStrings.bytes.withUnsafeBytes { bytes in
                for row in idCodes.indices where idCodes[row] >= 0 && producerCodes[row] >= 0 {
                    let id = UnsafeRawBufferPointer(
                        rebasing: bytes[idStrings.range(at: Int(idCodes[row]))])
                    identities.append(hashers[Int(producerCodes[row])].identity(of: id))
                }
            }
        }
        return identities
    }
}

extension SegmentPruning {
    /// Leaves the pages where events of the same type and content stand: the rows are clustered so.
    fileprivate init(place offered: OfferedEvent) {
        func bound(_ column: EventColumn, _ bytes: UnsafeRawBufferPointer?) -> ColumnBound {
            guard let bytes else { return ColumnBound(column: Int(column.rawValue), .isNull) }
            let text = Value.string(String(decoding: bytes, as: UTF8.self))
            return ColumnBound(column: Int(column.rawValue), .oneOf([text]))
        }
        self.init(
            bounds: [bound(.event, offered.event), bound(.contentId, offered.contentId)],
            definitions: EventColumn.allCases.map(\.definition))
    }
}
