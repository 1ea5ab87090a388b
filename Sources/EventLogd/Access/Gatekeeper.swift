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

    /// Lets somebody in, or says why not.
    /// - Parameter key: what the caller presented; ignored where no key is needed.
    package func check(_ caller: Caller, key: String?) throws(AccessRefusal) -> Access {
        let atMost: Set<Role>
        switch grant(caller) {
        case .open(let access): return access
        case .needsKey(let roles): atMost = roles
        }
        guard let key else {
            // A browser asks without a key first: nothing was guessed.
            throw AccessRefusal(.unauthorized, "A key is needed here.")
        }
        do {
            let record = try keys.find(key)
            return Access(
                roles: Set(record.kind).intersection(atMost), producer: "key:\(record.id)",
                peer: caller.peer, keyID: record.id, expires: record.expires)
        } catch {
            // Our own trouble is not a guess of theirs.
            if case .file = error { throw AccessRefusal(error) }
            let delay = failures.withLock { $0.recordFailure(of: caller.origin, now: .now) }
            throw AccessRefusal(error, delay: delay)
        }
    }

    /// As `check`, with the delay behind it.
    func admit(
        _ caller: Caller, key: String?, on eventLoop: any EventLoop
    ) -> EventLoopFuture<Access> {
        do {
            return eventLoop.makeSucceededFuture(try check(caller, key: key))
        } catch {
            guard error.delay > .zero else { return eventLoop.makeFailedFuture(error) }
            return eventLoop.scheduleTask(in: TimeAmount(error.delay)) { throw error }.futureResult
        }
    }
}

extension AccessRefusal {
    init(_ error: KeyError, delay: Duration = .zero) {
        let code: Refusal.Code =
            switch error {
            case .unknown: .unauthorized
            case .revoked: .keyRevoked
            case .expired: .keyExpired
            case .wrongEnvironment: .environmentMismatch
            case .file: .serviceUnavailable
            case .notFound, .badName, .badExpiry, .tooMany: .invalidRequest
            }
        self.init(code, error.sentence, delay: delay)
    }
}
