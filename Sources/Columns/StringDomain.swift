import Synchronization

/// Numbers the strings of many dictionaries, such as those of all segments that are in memory.
///
/// Equal strings have equal numbers whatever dictionary they come from, so a query that meets them in
/// another dictionary looks a number up instead of hashing and comparing bytes.
package final class StringDomain: Sendable {
    private let strings = Mutex(StringDictionaryBuilder(seed: .random(in: .min ... .max)))
    private let sizeMax: Int

    /// - Parameter sizeMax: bytes of memory from which on it takes no further dictionary.
    package init(sizeMax: Int) { self.sizeMax = sizeMax }

    package var isFull: Bool { strings.withLock { $0.memorySize >= sizeMax } }

    /// The strings that have these numbers.
    package func dictionary(of numbers: ArraySlice<Int32>) -> StringDictionary {
        strings.withLock { $0.dictionary(of: numbers, isDistinct: false) }
    }

    fileprivate func numbers(of dictionary: StringDictionary) -> [Int32]? {
        strings.withLock { strings in
            guard strings.memorySize < sizeMax else { return nil }
            return dictionary.bytes.withUnsafeBytes { bytes in
                (0..<dictionary.count).map { entry in
                    Int32(
                        strings.intern(
                            UnsafeRawBufferPointer(rebasing: bytes[dictionary.range(at: entry)])))
                }
            }
        }
    }
}

/// A dictionary's place in a domain.
final class DomainMembership: Sendable {
    private struct State {
        var domain: StringDomain?
        var numbers: [Int32]?
        var requestCount = 0
    }
    private let state = Mutex(State())

    func join(_ domain: StringDomain, _ numbers: [Int32]?) {
        state.withLock { $0 = State(domain: domain, numbers: numbers) }
    }

    func numbers(_ dictionary: StringDictionary) -> StringDictionary.DomainNumbers? {
        state.withLock { state in
            guard let domain = state.domain else { return nil }
            if state.numbers == nil {
                // A dictionary that is used once is not worth it.
                state.requestCount += 1
                guard state.requestCount > 1 else { return nil }
                state.numbers = domain.numbers(of: dictionary)
                if state.numbers == nil { state.domain = nil }
            }
            return state.numbers.map { .init(domain: domain, numbers: $0) }
        }
    }
}

extension StringDictionary {
    package struct DomainNumbers: Sendable {
        package let domain: StringDomain
        /// The number of each entry.
        package let numbers: [Int32]

        package init(domain: StringDomain, numbers: [Int32]) {
            self.domain = domain
            self.numbers = numbers
        }
    }

    /// Lets the entries be numbered when somebody asks for that again and again.
    package func join(_ domain: StringDomain) { membership.join(domain, nil) }

    /// For a dictionary put together from others of one domain.
    package func join(_ known: DomainNumbers) {
        precondition(known.numbers.count == count)
        membership.join(known.domain, known.numbers)
    }

    /// `nil` if it is in no domain, or was not used often enough to be numbered.
    package var domainNumbers: DomainNumbers? { membership.numbers(self) }
}
