import EventLog
import NIOCore
import NIOHTTP1

extension HTTPExchange {
    /// Finds out what is asked for and whether it can be had, before a body is read.
    /// - Parameter onRoom: called when an upload that was held back may go on.
    func admit(
        on eventLoop: any EventLoop, onRoom: @escaping () -> Void
    ) throws(HTTPFailure) {
        guard let target = RequestTarget(head.uri) else {
            throw .invalid("The path or the query has a malformed escape.")
        }
        self.target = target
        if caller.entrance == .tcp { try LoopbackName.check(head.headers) }
        let named = Route.named(target.path)
        let access = named?.isOpen == true ? Access.nobody(caller.peer) : try letIn()
        self.access = access
        route = named
        let route = try Route.find(head.method, target.path)
        if head.method != .OPTIONS {
            if let role = route.role(for: head.method) { try require(role, of: access) }
            try route.checkParameters(of: target)
        }
        try checkExpectation()
        let limits = shared.limits
        let type = MediaType(head.headers)
        let isUpload = route == .events && type == .lines
        if route.takesEvents, !isUpload, type != .document {
            throw HTTPFailure(
                .unsupportedMediaType, "INVALID_REQUEST",
                "Events are application/json, or application/x-ndjson to /v1/events.")
        }
        if route == .content, head.method == .PUT, type != .document {
            throw HTTPFailure(
                .unsupportedMediaType, "INVALID_REQUEST",
                "What is known of a content item is one document, application/json.")
        }
        let sizeMax = route.bodySizeMax(limits)
        if !isUpload, case .length(let length) = head.framing, length > sizeMax {
            throw .tooLarge(sizeMax)
        }
        inflater = try makeInflater()
        let key = try shared.idempotency.key(
            head.headers, route, head.method, producer: access.producer)
        guard isUpload else {
            self.key = key
            receiver = .collecting(ByteBuffer(), sizeMax: sizeMax)
            return
        }
        var kept: KeptAnswer?
        if let key {
            kept = try shared.idempotency.begin(key)
            self.key = key
        }
        receiver = .uploading(
            EventUpload(
                shared, access: access, requestID: id, key: key, kept: kept, on: eventLoop,
                onRoom: onRoom))
    }

    /// Who asks, or why nobody is told anything. A guessed key is told so after a while.
    private func letIn() throws(HTTPFailure) -> Access {
        do throws(AccessRefusal) {
            return try shared.gatekeeper.check(caller, key: head.headers.bearerKey)
        } catch {
            answerDelay = TimeAmount(error.delay)
            throw HTTPFailure(error)
        }
    }

    private func require(_ role: Role, of access: Access) throws(HTTPFailure) {
        do throws(AccessRefusal) {
            try access.require(role)
        } catch {
            throw HTTPFailure(error)
        }
    }

    private func checkExpectation() throws(HTTPFailure) {
        let expectations = head.headers[canonicalForm: "expect"]
        guard head.expectsContinue,
            expectations.contains(where: { $0.lowercased() != "100-continue" })
        else { return }
        throw HTTPFailure(
            .expectationFailed, "INVALID_REQUEST",
            "The only expectation that is met is 100-continue.")
    }

    private func makeInflater() throws(HTTPFailure) -> Inflater? {
        let codings = head.headers[canonicalForm: "content-encoding"].map { $0.lowercased() }
            .filter { $0 != "identity" }
        if codings.isEmpty || head.framing == .none { return nil }
        guard codings == ["gzip"] || codings == ["x-gzip"] else {
            var failure = HTTPFailure(
                .unsupportedMediaType, "INVALID_REQUEST", "The only Content-Encoding is gzip.")
            failure.headers = [(name: "Accept-Encoding", value: "gzip")]
            throw failure
        }
        return try Inflater(limits: shared.limits)
    }
}
