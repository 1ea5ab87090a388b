import EventLog
import NIOCore
import NIOHTTP1

/// One request while its body comes.
final class HTTPExchange {
    /// What happens to the body.
    enum Receiver {
        case collecting(ByteBuffer, sizeMax: Int)
        case uploading(EventUpload)
        /// Passed over; then the failure is the answer.
        case refusing(HTTPFailure, passedOver: Int)
    }

    let head: RequestHead
    let id: String
    let caller: Caller
    let shared: ConnectionContext
    var receiver: Receiver
    /// For a body that comes compressed.
    var inflater: Inflater?
    /// Came, and waits to be inflated.
    var compressed = ByteBuffer()
    /// Set once `admit` has found out.
    var route: Route?
    var target: RequestTarget?
    var access: Access?
    /// How long a refusal is held back.
    var answerDelay = TimeAmount.zero
    let start = ContinuousClock.now
    /// Of a request that is to run once; to be given back to the desk at its end.
    var key: RequestKey?
    /// Bytes of `BodyMemory` that the body takes.
    private var memorySize = 0

    init(_ head: RequestHead, caller: Caller, _ shared: ConnectionContext) {
        self.head = head
        self.caller = caller
        self.shared = shared
        id = HTTPRequest.makeID()
        receiver = .collecting(ByteBuffer(), sizeMax: 0)
    }

    var isUploading: Bool {
        if case .uploading = receiver { true } else { false }
    }

    /// The next bytes of the body that can be had from what came.
    func inflateNext(_ allocator: ByteBufferAllocator) throws(HTTPFailure) -> ByteBuffer? {
        guard let inflater else { return nil }
        return try inflater.next(&compressed, allocator)
    }

    /// Takes the next bytes of the body.
    func receive(_ bytes: ByteBuffer) throws(HTTPFailure) {
        switch receiver {
        case .collecting(var body, let sizeMax):
            let count = bytes.readableBytes
            guard body.readableBytes + count <= sizeMax else { throw .tooLarge(sizeMax) }
            guard shared.bodyMemory.take(count, uid: caller.peer.uid) else {
                var failure = HTTPFailure(
                    .serviceUnavailable, "SERVICE_UNAVAILABLE",
                    "Too many large requests are under way; try again later.", reason: "busy")
                failure.endsConnection = true
                throw failure
            }
            memorySize += count
            receiver = .refusing(.tooLarge(sizeMax), passedOver: 0)
            if body.readableBytes == 0 {
                body = bytes
                // What is announced is asked for once, not in doubling steps.
                if case .length(let length) = head.framing, inflater == nil {
                    body.reserveCapacity(length)
                }
            } else {
                body.writeImmutableBuffer(bytes)
            }
            receiver = .collecting(body, sizeMax: sizeMax)
        case .uploading(let upload):
            upload.take(bytes)
        case .refusing(let failure, let passedOver):
            let count = passedOver + bytes.readableBytes
            if count > shared.limits.requestBodySizeMax {
                var failure = failure
                failure.endsConnection = true
                throw failure
            }
            receiver = .refusing(failure, passedOver: count)
        }
    }

    /// Why the request came to nothing; of an upload, with what was stored of it all the same.
    func failure(_ failure: HTTPFailure) -> HTTPFailure {
        if case .uploading(let upload) = receiver { upload.partial(failure) } else { failure }
    }

    /// Gives back what the request held, whether it was answered or not.
    func release() {
        shared.bodyMemory.giveBack(memorySize, uid: caller.peer.uid)
        memorySize = 0
        if let key, isUploading { shared.idempotency.end(key) }
        key = nil
    }
}
