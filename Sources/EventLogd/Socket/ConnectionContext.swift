import EventLog
import Logging
import NIOPosix

/// What all connections share.
struct ConnectionContext: Sendable {
    let limits: DaemonLimits
    let clock: ReceiveClock
    let decoders: any LineDecoderFactory
    let writer: Writer
    let counters: DaemonCounters
    let endpoints: Endpoints
    let idempotency: IdempotencyDesk
    let bodyMemory: BodyMemory
    let gatekeeper: Gatekeeper
    let connections: ConnectionTable
    let logger: Logger
}
