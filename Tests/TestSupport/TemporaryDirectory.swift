import Foundation

/// A directory of its own for one test, gone when the test lets go of it.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("eventlog-test-\(UUID().uuidString)")
        path = directory.path
        do {
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            fatalError("no temporary directory: \(error)")
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
