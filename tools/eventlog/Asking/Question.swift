import Columns
import Query
import Shell

/// A query that is put to the daemon or to a store without one.
struct Question {
    var text: String
    var parameters: [String: Value] = [:]
    var format = OutputFormat.usual
    var layout = ResultLayout()
    /// Seconds; `nil`: whatever the limit is there.
    var timeout: Double?
    /// How damage of a store without a daemon is told; `nil`: a line for each file.
    var damage: DamageOptions?
}

/// What a question got, from whichever side.
struct Answer {
    /// The result in the wanted format, as it is to be printed.
    var document: [UInt8]
    var isPartial: Bool
    /// One line for each damaged file: its name and what is wrong.
    var damage: [String]
    /// The same of a store without a daemon, for programs.
    var report: DamageReport?
    /// What whoever asked may have overlooked.
    var notices: [String] = []

    static let partial = "the answer is partial: damaged data was left out"

    /// Says that the answer is partial, if it is, and what may have been overlooked.
    func warn() throws {
        for notice in notices { Terminal.complain("eventlog: note: \(harmless(notice))") }
        guard isPartial else { return }
        if let report { return try report.tell() }
        Terminal.complain("eventlog: warning: \(Self.partial)")
        for line in damage { Terminal.complain("  \(harmless(line))") }
    }
}

/// Who answers.
enum QuestionSource {
    case daemon(DaemonClient)
    case store(OfflineStore)

    func answer(_ question: Question) throws -> Answer {
        switch self {
        case .daemon(let client): try client.answer(question)
        case .store(let store): try store.answer(question)
        }
    }

    /// Empty if the daemon is too old to tell.
    func tables() throws -> [TableDescription] {
        switch self {
        case .daemon(let client): try client.tables()
        case .store(let store): try store.tables()
        }
    }
}
