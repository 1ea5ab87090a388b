import EventLog
import NIOCore

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
    var memorySize = 0

    init(_ head: RequestHead) {
        self.head = head
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
}
