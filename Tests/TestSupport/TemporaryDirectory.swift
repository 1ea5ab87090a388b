import Foundation

/// A directory of its own for one test; gone with the object.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() throws {
        // Short, because the path of a socket in it has room for 107 bytes.
        let name = "eventlog-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        path = directory.path
        try FileManager.default.createDirectory(
            at: directory, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
