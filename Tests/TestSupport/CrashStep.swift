import Glibc

/// Of how many calls a suite looks at one. A run of all takes an hour: `CRASH_STEP=1 swift test --filter CrashTests`.
package enum CrashStep {
    /// - Parameter standard: unless CRASH_STEP says otherwise.
    package static func of(_ standard: Int) -> Int {
        getenv("CRASH_STEP").flatMap { Int(String(cString: $0)) } ?? standard
    }
}
