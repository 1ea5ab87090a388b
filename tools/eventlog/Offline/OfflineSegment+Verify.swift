import Parquet

extension OfflineSegment {
    /// Reads every page, index and Bloom filter, and with them checks every checksum.
    func verify() -> SegmentVerdict {
        var verdict = SegmentVerdict(path: path, rows: 0, findings: [])
        let file: ParquetFile
        do {
            file = try open()
        } catch {
            verdict.add(error, in: nil, rows: listed?.rows)
            return verdict
        }
        if let listed, listed.rows != file.rowCount {
            verdict.add("the catalog lists \(listed.rows) events, the file has \(file.rowCount)")
        }
        for (name, reason) in file.unsupportedLeaves {
            verdict.add("column \(name) cannot be read: \(reason)")
        }
        for group in file.rowGroups.indices {
            for leaf in file.leaves.indices { check(file, group, leaf, &verdict) }
            verdict.rows += file.rowGroups[group].rowCount
        }
        return verdict
    }

    private func check(
        _ file: ParquetFile, _ group: Int, _ leaf: Int, _ verdict: inout SegmentVerdict
    ) {
        let place = "column \(file.leaves[leaf].name), row group \(group)"
        do {
            let index = try file.pageIndex(rowGroup: group, leaf: leaf)
            for damage in index.damage { verdict.add(damage, in: place) }
        } catch {
            verdict.add(error, in: place)
        }
        do {
            // What is wrong is told by whoever needs the values.
            if try !file.hasIntactPages(rowGroup: group, leaf: leaf) {
                let read = try file.readColumn(rowGroup: group, leaf: leaf)
                // These messages name row group and column themselves.
                for damage in read.damage { verdict.add(damage, in: nil) }
            }
        } catch {
            verdict.add(error, in: place, rows: file.rowGroups[group].rowCount)
        }
        do {
            _ = try file.bloomFilter(rowGroup: group, leaf: leaf)
        } catch {
            verdict.add(error, in: place)
        }
    }
}

extension SegmentVerdict {
    fileprivate mutating func add(_ message: String) {
        findings.append(Finding(offset: nil, rows: nil, message: message))
    }

    fileprivate mutating func add(_ damage: ParquetDamage, in place: String?) {
        let prefix = place.map { "\($0): " } ?? ""
        findings.append(
            Finding(
                offset: damage.byteRange.lowerBound, length: damage.byteRange.count,
                rows: damage.rows?.count, message: prefix + damage.message))
    }

    mutating func add(_ error: any Error, in place: String?, rows: Int? = nil) {
        let prefix = place.map { "\($0): " } ?? ""
        let parquet = error as? ParquetError
        findings.append(
            Finding(
                offset: parquet?.offset, rows: rows,
                message: prefix + (parquet?.message ?? "\(error)")))
    }
}
