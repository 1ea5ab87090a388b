package import NIOCore

/// The body of an answer that is made while it is sent, and has no length beforehand.
///
/// The connection asks for a piece when the client has room for one, and for the next when that is on its
/// way: there is never more of it in memory than a piece, and what the body itself holds.
package protocol StreamedBody: AnyObject, Sendable {
    /// The next piece, as soon as there is one; `nil` behind the last. Asked on the connection's event
    /// loop, one at a time.
    func next() -> EventLoopFuture<ByteBuffer?>

    /// Nothing more will be asked for. What still waits is completed with `nil`.
    /// - Returns: what should go out all the same if anything still can: a word of farewell.
    func close(_ reason: CancellationSignal.Reason) -> ByteBuffer?
}
