package import NIOCore

/// Every bound of the daemon, with its unit, its default and its reason.
///
/// A value of its own, so that a test can set a limit to 1 and meet it.
package struct DaemonLimits: Sendable {
    /// Open connections. Each idle one costs a few KiB; beyond this a new one is told so and
    /// closed.
    package var connectionCountMax = 12_000
    /// Open connections of the second socket, and the same of TCP: both may be open to users who could
    /// not come in otherwise, and they must not take the room of those who can.
    package var outerConnectionCountMax = 4_000
    /// Connections that the kernel keeps waiting for `accept`.
    package var backlog: Int32 = 1_024

    /// Bytes of one receive buffer: large ones spare a fast stream system calls.
    package var receiveBufferSizeMax = 256 << 10
    /// Bytes that the receive buffers of all connections may take together: the more connections
    /// there are, the smaller the buffer that each may grow to.
    package var receiveMemoryMax = 64 << 20

    /// Bytes of answers that wait for a client which does not read. Error objects beyond it are
    /// left out and counted; acknowledgements coalesce and need no room.
    package var answerQueueSizeMax = 1 << 20
    /// Bytes by which answers to `sync` and `ping` may pass `answerQueueSizeMax`: a client may be
    /// waiting for one, so they are dropped much later than errors.
    package var controlAnswerReserve = 1 << 20

    /// Bytes of one connection's rows that may be on their way to the journal. At this mark the
    /// daemon stops reading from it, at half of it reading goes on.
    package var connectionInFlightSizeMax = 4 << 20
    /// The same for all connections together.
    package var ingestInFlightSizeMax = 16 << 20
    /// Bytes of rows that one sync covers at most, so that nobody waits for everybody.
    package var groupSizeMax = 8 << 20
    /// Bytes of rows that one client has in a sync while others wait: who sends a little does not
    /// stand behind who sends a lot.
    package var groupShareSizeMax = 256 << 10
    /// Bytes of rows up to which a client is served while events come faster than they can be sealed
    /// and all others wait.
    package var lightSourceSizeMax = 16 << 10
    /// Bytes of rows up to which a group may be committed on an event loop: a few requests. Who sends
    /// more has its next rows decoded meanwhile.
    package var loopCommitSizeMax = 64 << 10
    /// How long a sync takes on average up to which event loops commit. To wake the writer's thread and
    /// be woken by it takes about 0.1 ms; 0 leaves everything to the thread.
    package var loopCommitDurationMax: TimeAmount = .microseconds(500)
    /// How often the writer looks, while all wait, whether they may go on.
    package var crowdedCheckInterval: TimeAmount = .milliseconds(1)

    /// How often it is looked at whether segments should be put together.
    package var compactCheckInterval: TimeAmount = .seconds(5)
    /// Whether they are without being told to.
    package var compactsByItself = true
    /// How long the command that archives a segment may take.
    package var archiveTimeout: TimeAmount = .minutes(10)
    /// How often it is looked whether events are to go: they go by the hour.
    package var expiryCheckInterval: TimeAmount = .minutes(10)

    /// How often it is looked at whether an erasure that failed can be tried again.
    package var eraseCheckInterval: TimeAmount = .seconds(5)

    /// How long one connection's bytes are decoded before the other connections of its thread have
    /// their turn.
    package var decodeTurn: TimeAmount = .milliseconds(1)

    /// How long a line (or HTTP request) that has begun may stand still before it is given up.
    /// There is no limit between lines.
    package var stalledLineAge: TimeAmount = .seconds(10)
    /// How long clients may take to read their last answers when the daemon stops.
    package var shutdownGrace: TimeAmount = .seconds(10)

    /// Bytes of a request line: a query in it is as long as one may be, escaped.
    package var requestLineSizeMax = 64 << 10
    /// Bytes of all header fields of a request, and their number; the same for the trailers of a chunked
    /// body. Browsers and proxies send a tenth of it.
    package var headerSizeMax = 32 << 10
    package var headerCountMax = 100
    /// Bytes of the line with a chunk's size, its extensions included, which nobody uses.
    package var chunkLineSizeMax = 256
    /// Bytes of a request body, inflated: queries are short.
    package var requestBodySizeMax = 1 << 20
    /// The same of events in a JSON document, which is collected before it is read. There is no limit to
    /// a body of NDJSON, which is read while it comes.
    package var eventBodySizeMax = 16 << 20
    /// Bytes of collected bodies of all connections together; a single user may have half of it.
    package var bodyMemoryMax = 64 << 20
    /// Bytes that a compressed body may become for each of its own, once it is beyond
    /// `inflationFreeSize`. Logs compress to a fifth, extremely repetitive ones to a hundredth.
    package var inflationRatioMax = 200
    package var inflationFreeSize = 1 << 20
    /// Bytes that a request's body must bring in each `stalledLineAge`: a client slower than that holds
    /// a connection for nothing.
    package var bodyProgressMin = 1 << 10
    /// How long a client may take nothing of an answer that waits for it.
    package var unreadAnswerAge: TimeAmount = .seconds(60)
    /// How long the daemon reads on after an answer that ends a connection early, so that the client
    /// gets to read it.
    package var lingerAge: TimeAmount = .seconds(2)

    /// Events in one request to `/v1/events/batch` (specification, A2).
    package var eventsPerBatchMax = 100
    /// Error objects in one answer, and their bytes; further ones are counted.
    package var answerErrorCountMax = 1_000
    package var answerErrorsSizeMax = 256 << 10
    /// Bytes of the eventIds in one answer; if there are more, the list is left out.
    package var answerIDsSizeMax = 256 << 10
    /// Bytes of an Idempotency-Key.
    package var idempotencyKeySizeMax = 255
    /// Queries that run at once; each may use all cores.
    package var queryThreadCount = 4
    /// Queries of one uid that run or wait, so that one user cannot keep others out.
    package var queriesPerPeerMax = 16
    /// Queries that run or wait in all.
    package var queryCountMax = 64
    /// How long a query may run.
    package var queryDeadline: TimeAmount = .seconds(60)

    /// How often figures take in what came though nobody asks.
    package var figureInterval: TimeAmount = .seconds(1)
    /// Clients that follow the events at once, and those of one user.
    package var tailCountMax = 64
    package var tailsPerPeerMax = 16
    /// Threads that read events for all of them.
    package var tailThreadCount = 2
    /// How often one that has nothing to tell its client shows that it is there.
    package var tailHeartbeatInterval: TimeAmount = .seconds(15)
    /// Time between two readings for one client: commits in between are told together.
    package var tailReadInterval: TimeAmount = .milliseconds(10)
    /// Events that a client which was up to date may fall behind before it is told that it has missed
    /// them; 0: as many as it likes.
    package var tailLagMax = 1_000_000
    /// Bytes of lines that one reading makes: the larger, the less often a segment is decoded for who
    /// catches up. The smaller one is for times when others have the memory.
    package var tailWindowSizeMax = 16 << 20
    package var tailWindowSizeMin = 256 << 10
    /// Bytes of the large windows of all clients together.
    package var tailMemoryMax = 128 << 20

    /// How often the age of the unsealed events is looked at.
    package var sealCheckInterval: TimeAmount = .seconds(1)
    /// How long sealing rests after it failed.
    package var sealRetryInterval: TimeAmount = .seconds(10)

    /// How often it is looked which exports' time is over; whoever asks for one looks too.
    package var exportCheckInterval: TimeAmount = .seconds(10)
    /// Bytes of an export that are read at a time for a client that takes it.
    package var downloadPieceSize = 256 << 10

    /// Lines between two acknowledgements that a client may ask for.
    package var ackEveryMax = 1_000_000

    package init() {}
}
