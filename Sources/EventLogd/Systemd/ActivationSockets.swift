import Glibc

/// The sockets that systemd has made for us (sd_listen_fds(3)): descriptors from 3 on, their number in
/// `LISTEN_FDS`, their names in `LISTEN_FDNAMES`.
package enum ActivationSockets {
    private static let firstDescriptor: Int32 = 3
    /// There is one for each entrance.
    private static let countMax = Entrance.allCases.count

    /// Which descriptor is for what. Pure; touches no descriptor.
    ///
    /// A unit names its sockets `main`, `ingest` and `tcp` (`FileDescriptorName=`); a single one
    /// without a name that we know is the main one.
    package static func parse(
        environment: [String: String], pid: Int32
    ) throws(SocketError) -> [Entrance: Int32] {
        // Meant for another process, as when a shell stands between.
        guard environment["LISTEN_PID"].flatMap({ Int32($0) }) == pid,
            let text = environment["LISTEN_FDS"]
        else { return [:] }
        guard let count = Int(text), (0...countMax).contains(count) else {
            throw SocketError("LISTEN_FDS=\(text): there are at most \(countMax) sockets")
        }
        let names = (environment["LISTEN_FDNAMES"] ?? "").split(
            separator: ":", omittingEmptySubsequences: false)
        var descriptors: [Entrance: Int32] = [:]
        for position in 0..<count {
            let name = names.indices.contains(position) ? String(names[position]) : ""
            guard let entrance = Entrance(rawValue: name) ?? (count == 1 ? .main : nil) else {
                throw SocketError(
                    "LISTEN_FDNAMES: “\(name)” is not main, ingest or tcp "
                        + "(FileDescriptorName= of the socket unit)")
            }
            let descriptor = firstDescriptor + Int32(position)
            guard descriptors.updateValue(descriptor, forKey: entrance) == nil else {
                throw SocketError("LISTEN_FDNAMES: two sockets are named \(name)")
            }
        }
        return descriptors
    }

    /// Takes the sockets over; children do not get them, nor the variables.
    package static func take(
        environment: [String: String]
    ) throws(SocketError) -> [Listener] {
        let descriptors = try parse(environment: environment, pid: getpid())
        for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { unsetenv(name) }
        var listeners: [Listener] = []
        for entrance in Entrance.allCases {
            guard let descriptor = descriptors[entrance] else { continue }
            listeners.append(try Listener(entrance, adopting: descriptor))
        }
        return listeners
    }
}
