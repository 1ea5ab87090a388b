import ArgumentParser
import Columns
import EventLog
import Query

/// `--portable spark,clickhouse`: the engines that a query is to run on as well.
struct EngineList: ExpressibleByArgument {
    let engines: [PortableEngine]

    init?(argument: String) {
        var engines: [PortableEngine] = []
        for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let engine = PortableEngine(rawValue: name.lowercased()) else { return nil }
            engines.append(engine)
        }
        self.engines = engines
    }

    static var allValueStrings: [String] { ["spark", "clickhouse", "spark,clickhouse"] }
}

/// What of a text would not travel, for people and for the exit status. Nothing is asked.
struct PortabilityReport {
    let engines: [PortableEngine]

    func run(_ texts: [String]) throws {
        var count = 0
        for text in texts {
            let notes: [PortabilityNote]
            do {
                notes = try QueryEngine.portability(
                    of: text, to: engines, columns: EventColumn.definitions.map(\.name))
            } catch {
                throw ToolFailure(error.rendered(in: text))
            }
            for note in notes { try Terminal.printDocument(Array((note.rendered + "\n").utf8)) }
            count += notes.count
        }
        let names = engines.map(\.title).joined(separator: " and ")
        guard count == 0 else {
            throw ToolFailure(
                "\(count == 1 ? "1 thing" : "\(count) things") would not travel to \(names)")
        }
        try Terminal.printDocument(Array("portable to \(names)\n".utf8))
    }
}
