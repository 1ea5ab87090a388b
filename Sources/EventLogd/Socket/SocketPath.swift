/// Where the socket is when nobody says: the one rule that daemon and client share.
package enum SocketPath {
    /// - Parameters:
    ///   - uid: of the process that asks.
    ///   - runtimeDirectory: the value of `XDG_RUNTIME_DIR`.
    /// - Returns: `nil` if the user is not root and has no runtime directory.
    package static func standard(uid: UInt32, runtimeDirectory: String?) -> String? {
        if uid == 0 { return "/run/eventlog/eventlog.sock" }
        guard let runtimeDirectory, runtimeDirectory.hasPrefix("/") else { return nil }
        return "\(runtimeDirectory)/eventlog/eventlog.sock"
    }
}
