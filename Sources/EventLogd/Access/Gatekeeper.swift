import EventLog
import Keys
import NIOCore
import Synchronization

/// Decides at the door: by the peer's uid, or by a key.
package final class Gatekeeper: Sendable {
    package let keys: KeyKeeper
    private let policy: Mutex<AccessPolicy>
    private let failures = Mutex(FailureTable())

    package init(policy: AccessPolicy, keys: KeyKeeper) {
        self.policy = Mutex(policy)
        self.keys = keys
    }

    /// For connections from now on.
    package func require(keys: Bool) { policy.withLock { $0.requiresKey = keys } }

    func grant(_ caller: Caller) -> AccessPolicy.Grant {
        policy.withLock { $0 }.grant(caller)
    }

    /// Lets somebody in. What is refused fails the future, some time later for those who keep trying.
    /// - Parameter key: what the caller presented; ignored where no key is needed.
    func admit(
        _ caller: Caller, key: String?, on eventLoop: any EventLoop
    ) -> EventLoopFuture<Access> {
        let atMost: Set<Role>
        switch grant(caller) {
        case .open(let access): return eventLoop.makeSucceededFuture(access)
        case .needsKey(let roles): atMost = roles
        }
        guard let key else {
            // A browser asks without a key first: nothing was guessed.
            return eventLoop.makeFailedFuture(
                AccessRefusal(.unauthorized, "A key is needed here."))
        }
        do {
            let record = try keys.find(key)
            return eventLoop.makeSucceededFuture(
                Access(
                    roles: Set(record.kind).intersection(atMost), producer: "key:\(record.id)",
                    peer: caller.peer, keyID: record.id, expires: record.expires))
        } catch {
            let refusal = AccessRefusal(error)
            guard refusal.code != .serviceUnavailable else {
                return eventLoop.makeFailedFuture(refusal)
            }
            let delay = failures.withLock { $0.recordFailure(of: caller.origin, now: .now) }
            guard delay > .zero else { return eventLoop.makeFailedFuture(refusal) }
            return eventLoop.scheduleTask(in: TimeAmount(delay)) { throw refusal }.futureResult
        }
    }
}

extension AccessRefusal {
    init(_ error: KeyError) {
        let code: Refusal.Code =
            switch error {
            case .unknown: .unauthorized
            case .revoked: .keyRevoked
            case .expired: .keyExpired
            case .wrongEnvironment: .environmentMismatch
            case .file: .serviceUnavailable
            case .notFound, .badName, .expiresInThePast, .tooMany: .invalidRequest
            }
        self.init(code, error.sentence)
    }
}
