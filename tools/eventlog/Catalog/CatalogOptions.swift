import ArgumentParser
import Columns
import EventLog

extension CatalogTable.Name: ExpressibleByArgument {}

/// Which log of which store.
struct CatalogOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("A store.", valueName: "dir"))
    var path: String

    @Option(help: ArgumentHelp("events or identity.", valueName: "table"))
    var table = CatalogTable.Name.events

    @Flag(help: "JSON, an object a line.") var json = false

    @OptionGroup var damage: DamageOptions

    func open() throws(ToolFailure) -> CatalogTable {
        do throws(StoreError) {
            return try CatalogTable(table, ofStore: path)
        } catch {
            throw ToolFailure("\(harmless(path)): \(harmless("\(error)"))")
        }
    }

    /// Runs what reads the log; a log that is not sound ends it with the status of damage.
    func reading<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as CatalogError {
            throw ToolFailure("\(harmless(path)): \(harmless("\(error)"))", .damage)
        } catch let error as DiskError {
            throw ToolFailure("\(harmless(path)): \(harmless("\(error)"))")
        }
    }

    /// What the damage of the log is told as.
    func report(_ found: [Damage]) -> DamageReport {
        var report = DamageReport(damage, title: "the catalog is damaged")
        for damage in found { report.add(damage, path: "\(path)/\(damage.file)") }
        return report
    }
}
