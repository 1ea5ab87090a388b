import EventLog
import EventLogd
import Testing

@Suite("Who may do what without a key")
struct AccessPolicyTests {
    private func grant(
        _ entrance: Entrance, uid: UInt32, requiresKey: Bool = false
    ) -> AccessPolicy.Grant {
        AccessPolicy(ownUID: 900, requiresKey: requiresKey)
            .grant(Caller(entrance, PeerCredentials(uid: uid, gid: 0, pid: 1)))
    }

    private func roles(_ grant: AccessPolicy.Grant) -> Set<Role>? {
        if case .open(let access) = grant { access.roles } else { nil }
    }

    @Test(
        "root and the daemon's own user have all roles, others send and ask", arguments: [0, 900])
    func main(_ uid: UInt32) {
        #expect(roles(grant(.main, uid: uid)) == [.ingest, .read, .admin])
        #expect(roles(grant(.main, uid: 1_000)) == [.ingest, .read])
    }

    @Test("the second socket is for sending, whoever connects", arguments: [0, 900, 1_000])
    func ingest(_ uid: UInt32) {
        #expect(roles(grant(.ingest, uid: uid)) == [.ingest])
    }

    @Test("TCP always needs a key", arguments: [0, 900, UInt32.max])
    func tcp(_ uid: UInt32) {
        #expect(grant(.tcp, uid: uid) == .needsKey(atMost: .all))
    }

    @Test("where keys are required root needs one too, and the second socket stays for sending")
    func required() {
        #expect(grant(.main, uid: 0, requiresKey: true) == .needsKey(atMost: .all))
        #expect(grant(.ingest, uid: 0, requiresKey: true) == .needsKey(atMost: [.ingest]))
    }

    @Test("the producer is the peer's uid")
    func producer() {
        guard case .open(let access) = grant(.main, uid: 1_000) else {
            Issue.record("a key is asked for")
            return
        }
        #expect(access.producer == "uid:1000")
        #expect(access.keyID == nil)
    }
}
