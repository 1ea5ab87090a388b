import Glibc

/// The environment of this process.
enum Environment {
    static var all: [String: String] {
        var all: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let pair = String(cString: entry).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            // As getenv(3): the first of several entries counts.
            if pair.count == 2, all[String(pair[0])] == nil {
                all[String(pair[0])] = String(pair[1])
            }
            next += 1
        }
        return all
    }
}
