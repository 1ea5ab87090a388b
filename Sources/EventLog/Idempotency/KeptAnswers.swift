import DequeModule

/// The answers that repeats of requests are given, for a day (specification, C17).
///
/// Bounded in number and bytes: beyond that the oldest of the producer that holds the most go
/// first, so nobody pushes out the answers of others.
struct KeptAnswers: Sendable {
    private struct Producer {
        /// In order of age. An entry that was replaced or has gone is passed over when it comes
        /// first.
        var order = Deque<(key: RequestKey, keptAt: Int64)>()
        var size = 0
    }

    private var answers: [RequestKey: KeptAnswer] = [:]
    private var producers: [String: Producer] = [:]
    private(set) var size = 0
    private let countMax: Int
    private let sizeMax: Int

    init(
        countMax: Int = Limits.keptAnswerCountMax, sizeMax: Int = Limits.keptAnswersSizeMax
    ) {
        self.countMax = countMax
        self.sizeMax = sizeMax
    }

    var count: Int { answers.count }

    func answer(to key: RequestKey, now: Int64) -> KeptAnswer? {
        answers[key].flatMap { isLive($0.keptAt, now) ? $0 : nil }
    }

    /// Keeps an answer, in place of an older one of the same key.
    mutating func keep(_ answer: KeptAnswer, for key: RequestKey, now: Int64) {
        guard isLive(answer.keptAt, now) else { return }
        remove(key)
        let cost = Self.cost(key, answer)
        answers[key] = answer
        size += cost
        producers[key.producer, default: Producer()].size += cost
        producers[key.producer]?.order.append((key, answer.keptAt))
        dropExpired(of: key.producer, now)
        while answers.count > countMax || size > sizeMax, dropOldest() {}
    }

    /// All that are live, the oldest first.
    mutating func live(now: Int64) -> [(key: RequestKey, answer: KeptAnswer)] {
        for producer in Array(producers.keys) { dropExpired(of: producer, now) }
        return answers.map { (key: $0.key, answer: $0.value) }
            .sorted { $0.answer.keptAt < $1.answer.keptAt }
    }

    // A clock that was set back makes an answer live longer, never shorter.
    private func isLive(_ keptAt: Int64, _ now: Int64) -> Bool {
        now.subtractingReportingOverflow(keptAt).partialValue < Limits.keptAnswerAge
    }

    /// Bytes of memory, near enough.
    private static func cost(_ key: RequestKey, _ answer: KeptAnswer) -> Int {
        key.producer.utf8.count + key.request.utf8.count + key.key.utf8.count
            + answer.body.count + answer.fingerprint.count + Limits.keptAnswerOverhead
    }

    private mutating func remove(_ key: RequestKey) {
        guard let old = answers.removeValue(forKey: key) else { return }
        let cost = Self.cost(key, old)
        size -= cost
        producers[key.producer]?.size -= cost
    }

    private mutating func dropExpired(of producer: String, _ now: Int64) {
        while let first = producers[producer]?.order.first, !isLive(first.keptAt, now) {
            dropFirst(of: producer)
        }
    }

    private mutating func dropOldest() -> Bool {
        guard let largest = producers.max(by: { $0.value.size < $1.value.size })?.key else {
            return false
        }
        dropFirst(of: largest)
        return true
    }

    private mutating func dropFirst(of producer: String) {
        guard let first = producers[producer]?.order.popFirst() else { return }
        if answers[first.key]?.keptAt == first.keptAt { remove(first.key) }
        if producers[producer]?.order.isEmpty == true { producers[producer] = nil }
    }
}
