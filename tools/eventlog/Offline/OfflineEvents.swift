import Columns
import EventLog
import Query

/// Events behind a path of the command line: a store, its journal included, or a segment's file.
struct OfflineEvents {
    /// As people typed it.
    let path: String
    let table: EventsTable
    /// What is wrong besides what reading the table will find.
    let damage: [Damage]
    private let isStore: Bool

    /// - Throws: `ToolFailure`; with the status of damage if the file cannot be opened as a segment.
    init(_ path: String) throws(ToolFailure) {
        self.path = path
        isStore = OfflineStore.isDirectory(path)
        if isStore {
            var options = StoreOptions()
            // Each page is wanted once, or few times: not worth keeping many.
            options.columnCacheSize = 16 << 20
            let reader = try OfflineStore(path: path).reader(options)
            table = reader.tables.events
            damage = reader.report.damage
        } else {
            _ = try FileSource(path: path)
            do {
                table = try EventsTable(file: path)
            } catch {
                throw ToolFailure("\(harmless(path)): \(harmless("\(error)"))", .damage)
            }
            damage = []
        }
    }

    /// - Returns: `nil`, and a line in the report, for a file that is no sound segment.
    static func open(
        _ path: String, _ report: inout DamageReport
    ) throws(ToolFailure) -> OfflineEvents? {
        do throws(ToolFailure) {
            return try OfflineEvents(path)
        } catch {
            guard error.status == .damage else { throw error }
            report.add(error, path: path)
            return nil
        }
    }

    /// A file of it, as people may type it.
    func name(of file: String) -> String { isStore ? "\(path)/\(file)" : path }
}

/// The table alone, for conditions on its rows.
struct EventsCatalog: TableCatalog {
    let events: EventsTable
    var tableNames: [String] { [events.name] }
    func table(named name: String) -> (any Table)? { name == events.name ? events : nil }
}
