import Synchronization

/// Tells a running query, once, that nobody wants its answer any more, and why.
package final class CancellationSignal: Sendable {
    package enum Reason: Sendable, Hashable { case disconnected, deadline, shutdown }

    private struct State {
        var reason: Reason?
        var handlers: [@Sendable () -> Void] = []
    }
    private let state = Mutex(State())

    package init() {}

    package var reason: Reason? { state.withLock { $0.reason } }

    /// Calls `handler` when cancelled; at once if that has happened already.
    package func onCancel(_ handler: @escaping @Sendable () -> Void) {
        let isCancelled = state.withLock {
            if $0.reason == nil { $0.handlers.append(handler) }
            return $0.reason != nil
        }
        if isCancelled { handler() }
    }

    /// The first reason stays.
    package func cancel(_ reason: Reason) {
        let handlers = state.withLock { state in
            guard state.reason == nil else { return [@Sendable () -> Void]() }
            state.reason = reason
            defer { state.handlers = [] }
            return state.handlers
        }
        for handler in handlers { handler() }
    }
}
