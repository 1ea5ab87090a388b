import Glibc

/// A directory of its own for one test; gone with the object.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() throws {
        var template = Array("/tmp/eventlog-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw CannotCreate(code: errno) }
        path = String(cString: made)
    }

    package struct CannotCreate: Error { package let code: Int32 }

    deinit { Self.remove(path) }

    private static func remove(_ path: String) {
        if let stream = opendir(path) {
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name == "." || name == ".." { continue }
                let child = path + "/" + name
                if entry.pointee.d_type == UInt8(DT_DIR) {
                    remove(child)
                } else {
                    Glibc.unlink(child)
                }
            }
            closedir(stream)
        }
        rmdir(path)
    }
}
