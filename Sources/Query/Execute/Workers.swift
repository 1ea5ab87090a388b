import Dispatch
import Synchronization

/// Runs a numbered list of tasks on several threads.
enum Workers {
    /// Each worker makes a state and takes the tasks of its own stretch of the list in order, then
    /// what is left of the others'. Neighbouring tasks mostly share dictionaries, so what a state
    /// remembers of them is not made once for each worker.
    ///
    /// - Returns: the states, by worker. Which task met which state depends on timing, so results must
    ///   not depend on that.
    /// - Throws: the error of the first task, by number, that failed.
    static func run<State>(
        taskCount: Int, context: ExecutionContext, makeState: () -> State,
        task: @Sendable (inout State, Int) throws(QueryError) -> Void
    ) throws(QueryError) -> [State] {
        let workerCount = max(1, min(context.threadCount, taskCount))
        if workerCount == 1 {
            var state = makeState()
            for number in 0..<taskCount {
                try context.check()
                try task(&state, number)
            }
            return [state]
        }
        var states = (0..<workerCount).map { _ in makeState() }
        let stretches = (0..<workerCount).map {
            Stretch(taskCount * $0 / workerCount..<taskCount * ($0 + 1) / workerCount)
        }
        let failure = Mutex<(number: Int, error: QueryError)?>(nil)
        states.withUnsafeMutableBufferPointer { states in
            // Each worker touches its own element alone.
            nonisolated(unsafe) let states = states
            DispatchQueue.concurrentPerform(iterations: workerCount) { worker in
                var offset = 0
                while offset < workerCount, failure.withLock({ $0 == nil }) {
                    guard let number = stretches[(worker + offset) % workerCount].next() else {
                        offset += 1
                        continue
                    }
                    do throws(QueryError) {
                        try context.check()
                        try task(&states[worker], number)
                    } catch {
                        failure.withLock {
                            if $0.map({ number < $0.number }) ?? true { $0 = (number, error) }
                        }
                    }
                }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure.error }
        return states
    }

    /// A range of tasks from which several threads may take.
    private final class Stretch: Sendable {
        private let position: Atomic<Int>
        private let end: Int

        init(_ range: Range<Int>) {
            position = Atomic(range.lowerBound)
            end = range.upperBound
        }

        func next() -> Int? {
            let number = position.add(1, ordering: .relaxed).oldValue
            return number < end ? number : nil
        }
    }
}
