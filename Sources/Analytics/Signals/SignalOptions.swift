#if canImport(Glibc)
    import Glibc
#endif

/// How signals for ranking are worked out (B4, B20–B25, C19; docs/Analytics.md, Signals). Each is a setting.
package struct SignalOptions: Sendable, Hashable {
    /// Only events of this long count, in µs (B26: 7 days).
    package var window: Int64 = 7 * 86_400_000_000
    /// After this long an event counts half, in µs.
    package var halfLife: Int64 = 72 * 3_600_000_000
    /// Of the parts of a content's score; they add up to 1.
    package var weights = ScoreWeights()

    package init() {}

    /// What is left of a signal, 1 to 0: 2^(-age / halfLife).
    func decay(age: Int64) -> Double { exp2(-Double(max(0, age)) / Double(halfLife)) }
}

/// How much each part of a score says (C19).
package struct ScoreWeights: Sendable, Hashable {
    package var recency = 0.25
    package var engagement = 0.25
    package var geography = 0.15
    package var topicAffinity = 0.20
    package var completionRate = 0.15

    package init() {}

    package typealias Part = WritableKeyPath<ScoreWeights, Double> & Sendable

    /// In the order in which they are written.
    package static let parts: [(name: String, path: any Part)] = [
        ("recency", \.recency), ("engagement", \.engagement), ("geography", \.geography),
        ("topicAffinity", \.topicAffinity), ("completionRate", \.completionRate),
    ]

    package static func part(named name: String) -> (any Part)? {
        parts.first { $0.name == name }?.path
    }

    package var sum: Double { Self.parts.reduce(0) { $0 + self[keyPath: $1.path] } }
}

/// How much of what a person did with one content counts as engagement, 0 to 1: watching most, then the
/// end, then actions, then coming back (C19).
enum EngagementWeights {
    static let watched = 0.5
    static let completed = 0.25
    static let action = 0.15
    static let returned = 0.1
    /// Watched as long as this is watched wholly, where nobody knows how long a content is, in s.
    static let usualDuration = 30.0

    /// - Parameters:
    ///   - watched: s
    ///   - duration: of the content, in s.
    static func engagement(
        watched: Double, duration: Double?, isCompleted: Bool, hasAction: Bool, isReturn: Bool
    ) -> Double {
        let length = duration.flatMap { $0 > 0 ? $0 : nil } ?? usualDuration
        return Self.watched * min(1, max(0, watched) / length)
            + (isCompleted ? completed : 0) + (hasAction ? action : 0) + (isReturn ? returned : 0)
    }
}

extension SignalBasis {
    /// How much an event of a time counts at `time`: 2^((first - time) / halfLife).
    func factor(of first: Int64) -> Double { exp2(Double(first - time) / Double(halfLife)) }
}
