import Columns
import EventLog

extension OfflineStore {
    /// Prints the events from a number on.
    /// - Returns: what could not be read, a line each.
    func dump(from first: Int64) throws -> (events: Int, damage: [String]) {
        var options = StoreOptions()
        // Each page is wanted once, or few times: not worth keeping many.
        options.columnCacheSize = 16 << 20
        let reader = try reader(options)
        let observer = ScanObserver()
        var dump = EventDump(reader.tables.events, observer: observer)
        let counts = try dump.run(from: first) { try Terminal.printDocument(Array($0)) }
        let damage = reader.report.damage + observer.damage
        return (counts.events, damage.map { "\($0.file): \($0.message)" })
    }
}
