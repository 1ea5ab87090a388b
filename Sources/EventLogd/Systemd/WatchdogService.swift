import NIOCore
package import NIOPosix
import ServiceLifecycle

/// Says to the service manager that the daemon lives, as long as every event loop answers.
///
/// A slow disk is not what this looks for: to start anew would make it no faster.
package struct WatchdogService: Service {
    private let notifier: ServiceNotifier
    private let group: MultiThreadedEventLoopGroup

    package init(notifier: ServiceNotifier, group: MultiThreadedEventLoopGroup) {
        self.notifier = notifier
        self.group = group
    }

    package func run() async throws {
        if let period = notifier.watchdogPeriod {
            try? await cancelWhenGracefulShutdown {
                while true {
                    for loop in group.makeIterator() { try await loop.submit {}.get() }
                    notifier.alive()
                    // Twice as often as asked for, so that one delay is no alarm.
                    try await Task.sleep(for: period / 2)
                }
            }
        } else {
            try? await gracefulShutdown()
        }
        notifier.stopping()
    }
}
