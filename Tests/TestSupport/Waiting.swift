import Glibc

/// What a test waited for did not come.
package struct WaitedInVain: Error {
    package let seconds: Int
}

/// Waits for what other threads do.
/// - Throws: `WaitedInVain` after so many seconds, so that no test goes on for ever; what `condition` throws.
package func waitUntil(seconds: Int = 60, _ condition: () throws -> Bool) throws {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    while try !condition() {
        guard clock.now < end else { throw WaitedInVain(seconds: seconds) }
        usleep(200)
    }
}
