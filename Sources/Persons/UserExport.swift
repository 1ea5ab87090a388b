package import Columns
package import EventLog
import FoundationEssentials
package import Query

/// Writes all that the store knows of one user's person as one document (specification, B33, C4;
/// docs/Export.md, One person). Questions are asked first; events follow in bounded memory.
package struct UserExport {
    private let reader: PersonReader
    private let tables: StoreTables
    private let user: String
    private let request: ExportRequest
    private let now: Int64

    /// - Parameters:
    ///   - engine: over the same tables.
    ///   - now: µs since 1970 UTC.
    package init(
        _ tables: StoreTables, user: String, _ request: ExportRequest, engine: QueryEngine,
        now: Int64, cancellation: QueryCancellation?
    ) {
        reader = PersonReader(
            tables: tables, engine: engine, now: now, cancellation: cancellation)
        self.tables = tables
        self.user = user
        self.request = request
        self.now = now
    }

    /// What could not be read.
    package var damage: [Damage] { reader.observer.damage }

    /// - Parameter output: takes the bytes of the file in order.
    /// - Returns: what was written; rows are events.
    package func run(
        _ output: @escaping RangeExport.Output, _ progress: RangeExport.Progress
    ) throws -> ExportJob.Counts {
        guard request.compression == .gzip else { return try write(output, progress) }
        let gzip = try Gzip(output)
        let counts = try write(gzip.write, progress)
        try gzip.finish()
        return counts
    }

    private func write(
        _ output: RangeExport.Output, _ progress: RangeExport.Progress
    ) throws -> ExportJob.Counts {
        let person = try UserProfileReader(reader, user: user).read(now: now)
        let events = try PersonEventExport(
            tables, person: person.profile.personId, observer: reader.observer)
        if request.format == .jsonl {
            try output(try Self.line("profile", person.profile))
            for device in person.devices { try output(try Self.line("device", device)) }
            for session in person.sessions { try output(try Self.line("session", session)) }
            let counts = try events.run(
                opening: #"{"type":"event","#, separator: "\n", output, progress)
            if counts.rowCount > 0 { try output([0x0A]) }
            return counts
        }
        try output(
            Array(#"{"profile":"#.utf8) + (try Self.encode(person.profile))
                + Array(",\n\"linkedDeviceIds\":".utf8)
                + (try Self.encode(person.devices.map(\.deviceId)))
                + Array(",\n\"devices\":".utf8) + (try Self.encode(person.devices))
                + Array(",\n\"sessions\":".utf8) + (try Self.encode(person.sessions))
                + Array(",\n\"events\":[".utf8))
        let counts = try events.run(opening: "{", separator: ",\n", output, progress)
        try output(Array("]}\n".utf8))
        return counts
    }

    /// An object with its kind as the first member.
    private static func line(_ type: String, _ value: some Encodable) throws -> [UInt8] {
        Array(#"{"type":"\#(type)","#.utf8) + (try encode(value)).dropFirst() + [0x0A]
    }

    private static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }
}
