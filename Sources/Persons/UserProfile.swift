/// What an export says of a person besides events; the names are those of the JSON.
struct UserProfile: Encodable {
    /// As the reports count (specification, section 6).
    struct Engagement: Encodable {
        var views: Int
        var plays: Int
        var completions: Int
        /// completions / plays
        var completionRate: Double?
        var likes: Int
        var shares: Int
        var saves: Int
        /// Different content items.
        var contents: Int
        /// Seconds.
        var totalWatchTime: Double
        /// Seconds a view.
        var avgWatchTime: Double?
    }

    /// The user id that was asked for.
    var userId: String
    var personId: String
    /// All user ids of the person, ascending.
    var userIds: [String]
    var exportedAt: String
    var firstEventAt: String?
    var lastEventAt: String?
    var events: Int
    var sessions: Int
    var eventsByType: [String: Int]
    var engagement: Engagement
    /// Of the time watched of content with topics, the share with this one: 0 to 1.
    var topicAffinities: [String: Double]
}

struct UserDevice: Encodable {
    var deviceId: String
    /// Whether it has so many users that nothing follows from it.
    var isShared: Bool
    /// Of the person.
    var events: Int
    var firstEventAt: String?
    var lastEventAt: String?
}

struct UserSession: Encodable {
    var sessionId: String
    var startedAt: String?
    var endedAt: String?
    /// Of the person.
    var events: Int
    var contents: Int
}
