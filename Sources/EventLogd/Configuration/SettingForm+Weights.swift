import Analytics

extension SettingForm {
    /// `recency=0.25,engagement=0.25,geography=0.15,topicAffinity=0.2,completionRate=0.15`
    static func weights(_ text: String) throws(Problem) -> ScoreWeights {
        var weights = ScoreWeights()
        var given: Set<Substring> = []
        for pair in text.split(separator: ",") {
            let halves = pair.split(separator: "=", omittingEmptySubsequences: false)
            guard halves.count == 2, let part = ScoreWeights.part(named: String(halves[0])),
                let share = Double(halves[1]), (0...1).contains(share),
                given.insert(halves[0]).inserted
            else {
                throw Problem("is not a list such as \(self.text(weights: ScoreWeights()))")
            }
            weights[keyPath: part] = share
        }
        guard given.count == ScoreWeights.parts.count, abs(weights.sum - 1) < 1e-9 else {
            throw Problem("has shares that do not add up to 1, or not all five")
        }
        return weights
    }

    static func text(weights: ScoreWeights) -> String {
        ScoreWeights.parts.map { "\($0.name)=\(weights[keyPath: $0.path])" }
            .joined(separator: ",")
    }
}

extension DaemonConfiguration {
    /// Nanoseconds.
    var figureKeepTime: Int64 {
        get { Int64(analytics.keepTime / .nanoseconds(1)) }
        set { analytics.keepTime = .nanoseconds(newValue) }
    }

    /// Nanoseconds; signals count µs.
    var signalWindow: Int64 {
        get { analytics.signals.window * 1_000 }
        set { analytics.signals.window = newValue / 1_000 }
    }

    var signalHalfLife: Int64 {
        get { analytics.signals.halfLife * 1_000 }
        set { analytics.signals.halfLife = newValue / 1_000 }
    }
}
