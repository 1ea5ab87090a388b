package import Columns
package import Query

/// What can be asked about persons: the same of a daemon and of a store without one.
package enum PersonQuestion: Sendable, Hashable {
    /// Who goes by this personId or user id?
    case show(id: String)
    /// Whose is this event, and why?
    case explainEvent(id: String)
    /// Whose would an event of this device and user be?
    /// - Parameter time: µs since 1970 UTC; `nil`: now.
    case explain(device: String?, user: String?, time: Int64?)
    case doctor(IdentityDoctorOptions)
}

package struct IdentityDoctorOptions: Sendable, Hashable {
    package static let devicesMaxRange = 1...1_000_000
    package static let itemCountRange = 1...10_000

    /// A person with more devices is shown.
    package var devicesMax = 20
    /// Items that a list shows.
    package var itemCountMax = 20

    package init() {}
}

package struct PersonAnswer: Sendable {
    /// One JSON value: a `PersonReport`, `ExplanationReport` or `IdentityDoctorReport`.
    package var document: [UInt8]
    /// What could not be read. Not empty: the answer is partial.
    package var damage: [Damage]
}

/// Why a question about persons has no answer.
package enum PersonError: Error {
    /// There is no such person, or no such event.
    case unknown(String)
    /// The question makes no sense.
    case invalid(String)
    /// As a query over the store would have ended.
    case query(QueryError)
}

/// The bounds of what is told of a person.
package enum PersonLimits {
    /// Entries of each list about one person; what there is beyond is counted.
    package static let itemCountMax = 100
    /// Others that are named for one device.
    package static let otherCountMax = 10
    /// Events of one id that are explained: the same id may have come from several producers.
    package static let eventCountMax = 10
}
