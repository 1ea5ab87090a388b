import Columns
import EventLog

extension OfflineStore {
    /// Prints the events from a number on.
    /// - Returns: what could not be read besides.
    func dump(from first: Int64) throws -> (events: Int, damage: [Damage]) {
        var options = StoreOptions()
        // Each page is wanted once, or few times: not worth keeping many.
        options.columnCacheSize = 16 << 20
        let reader = try reader(options)
        let observer = ScanObserver()
        var dump = EventDump(reader.tables.events, observer: observer)
        let counts = try dump.run(from: first) { try Terminal.printDocument(Array($0)) }
        return (counts.events, reader.report.damage + observer.damage)
    }

    /// The path of a damaged file as people may type it.
    func name(of damage: Damage) -> String {
        path.hasSuffix("/") ? path + damage.file : "\(path)/\(damage.file)"
    }
}
