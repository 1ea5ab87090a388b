import Dispatch
import Synchronization

/// Runs a numbered list of tasks on several threads.
enum Workers {
    /// Each worker makes a state and takes tasks, always the next one, until none is left.
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
        let next = Atomic<Int>(0)
        let failure = Mutex<(number: Int, error: QueryError)?>(nil)
        states.withUnsafeMutableBufferPointer { states in
            // Each worker touches its own element alone.
            nonisolated(unsafe) let states = states
            DispatchQueue.concurrentPerform(iterations: workerCount) { worker in
                while failure.withLock({ $0 == nil }) {
                    let number = next.add(1, ordering: .relaxed).oldValue
                    guard number < taskCount else { return }
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
}
