import Columns
import Parquet

extension SegmentFile: IdentitySource {
    package func mightContain(eventId: UnsafeRawBufferPointer) throws -> Bool {
        let opened = try open()
        guard let leaf = leaf(EventColumn.eventId.definition, in: opened) else { return true }
        let id = Value.string(String(decoding: eventId, as: UTF8.self))
        for rowGroup in opened.file.rowGroups.indices {
            guard let filter = try bloomFilter(opened, rowGroup: rowGroup, leaf: leaf) else {
                return true
            }
            if filter.mightContain(id) { return true }
        }
        return false
    }

    /// Ids on damaged pages are missing from the result: their repeats would be stored again.
    package func loadIdentities(key: UInt64) throws -> IdentitySet {
        let opened = try open()
        var set = IdentitySet(minimumCapacity: entry.rowCount)
        guard let idLeaf = leaf(EventColumn.eventId.definition, in: opened),
            let producerLeaf = leaf(EventColumn.producer.definition, in: opened)
        else { return set }
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
                    set.insert(hashers[Int(producerCodes[row])].identity(of: id))
                }
            }
        }
        return set
    }
}
