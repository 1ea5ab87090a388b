package import Columns
import Parquet

/// The quarantined events of a snapshot as a table.
package struct QuarantineTable: Table {
    package let name = "quarantine"
    package let summary = "a refused event that is kept, with the reason"
    package let columns = QuarantineColumns.definitions
    private let quarantine: Quarantine

    package init(_ quarantine: Quarantine) {
        self.quarantine = quarantine
    }

    package func scan(_ request: ScanRequest) throws -> Scan {
        var units: [any ScanUnit] = []
        for (file, rows) in quarantine.liveFiles {
            units += rows.parts(of: scanUnitRowCountMax).map {
                FileUnit(file: file, rows: $0, observer: request.observer)
            }
        }
        units += quarantine.liveEvents.parts(of: scanUnitRowCountMax).map(EventUnit.init)
        request.observer.count { $0.rowsScanned += units.reduce(0) { $0 + $1.rowCount } }
        return Scan(units: units)
    }

    /// Events that are in no file yet.
    private struct EventUnit: ScanUnit {
        let events: [QuarantinedEvent]
        var rowCount: Int { events.count }

        func read(_ wanted: [Int]) throws -> Block {
            Block(
                rowCount: rowCount,
                columns: wanted.map { QuarantineColumns.allCases[$0].column(of: events) })
        }
    }

    private struct FileUnit: ScanUnit {
        let file: QuarantineFile
        let rows: [UInt32]
        let observer: ScanObserver
        var rowCount: Int { rows.count }

        func read(_ wanted: [Int]) throws -> Block {
            let columns = wanted.map { QuarantineColumns.allCases[$0] }
            do {
                let read = try file.columns(columns)
                guard let damage = read.damage.first else {
                    return Block(
                        rowCount: rowCount, columns: read.columns.map { $0.gather(rows) })
                }
                report(damage.message)
            } catch {
                report("\(error)")
            }
            // A file is small: what is damaged in it costs all of it.
            return Block(
                rowCount: rowCount,
                columns: columns.map { Column(nulls: rowCount, type: $0.definition.type) },
                unreadable: [0..<rowCount])
        }

        private func report(_ message: String) {
            observer.report(Damage(file: file.path, rowCount: rowCount, message: message))
        }
    }
}

extension Array {
    /// Neighbours together, at most `count` in a part.
    func parts(of count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map {
            Array(self[$0..<Swift.min($0 + count, self.count)])
        }
    }
}
