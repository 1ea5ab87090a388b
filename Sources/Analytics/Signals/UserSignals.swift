import Columns
import EventLog

extension AnalyticsReader {
    /// `GET /v1/signals/users/{id}`: topic affinity (B25) of the person that a user id, a device id or a
    /// personId stands for.
    ///
    /// affinity[topic] = Σ engagement × decay over viewings of contents with the topic, divided by the same
    /// over all viewings of contents with any topic. So one topic alone has 1, and several of one content
    /// each have all of it.
    func userSignals(_ id: String) throws -> AnalyticsDocument {
        let documents = store.contentDocuments()
        return try withIndex(signalRange, of: .person(id)) { index in
            guard let person = index.person(named: id) else {
                throw AnalyticsFailure.unknownUser(id)
            }
            var topics: [String: Topic] = [:]
            var all = 0.0
            var totals = Totals()
            var seen: [Int32: Int] = [:]
            let range = signalQuarters
            for number in index.viewings(ofPerson: person) {
                let outcome = index.outcome(of: number, in: range)
                guard outcome.isViewing else { continue }
                let viewing = index.viewings[Int(number)]
                totals.add(outcome)
                totals.counts.add(viewing.part.counts)
                index.forEachOtherPart(of: number) { totals.counts.add($0.counts) }
                seen[viewing.content, default: 0] += 1
                guard let item = documents(index.names.contents[Int(viewing.content)]),
                    !item.topics.isEmpty
                else { continue }
                let watched = Double(outcome.watched) / 1e6
                let weight =
                    signals.decay(age: now - index.firstTime(of: number))
                    * EngagementWeights.engagement(
                        watched: watched, duration: item.duration,
                        isCompleted: outcome.isCompleted, hasAction: index.hasAction(number),
                        isReturn: seen[viewing.content, default: 0] > 1)
                all += weight
                for topic in item.topics { topics[topic, default: Topic()].add(weight, watched) }
            }
            let order = topics.sorted {
                $0.value.weight != $1.value.weight
                    ? $0.value.weight > $1.value.weight : $0.key < $1.key
            }.prefix(Limits.exportTopicCountMax)
            func affinity(_ topic: Topic) -> AnalyticsDocument {
                .number(all > 0 ? topic.weight / all : nil)
            }
            return .object(
                [
                    ("userId", .text(id)), ("personId", .text(index.names.persons[Int(person)])),
                    ("asOf", .time(now)),
                ] + Self.members(signals) + [
                    (
                        "topicAffinities",
                        .object(order.map { ($0.key, affinity($0.value)) })
                    ),
                    (
                        "topics",
                        .list(
                            order.map { name, topic in
                                .object([
                                    ("topic", .text(name)), ("affinity", affinity(topic)),
                                    ("viewings", .count(topic.viewings)),
                                    ("watchTime", .number(topic.watched)),
                                ])
                            })
                    ),
                    ("contents", .count(seen.count)),
                ]
                    + FigureSource(totals: totals, viewers: 1).members([
                        .views, .plays, .viewings, .completions, .totalWatchTime, .avgWatchTime,
                        .completionRate, .likes, .shares, .saves,
                    ]))
        }
    }

    private struct Topic {
        var weight = 0.0
        var watched = 0.0
        var viewings = 0

        mutating func add(_ weight: Double, _ watched: Double) {
            self.weight += weight
            self.watched += watched
            viewings += 1
        }
    }
}

extension ViewingIndex {
    /// The person that a userId, a deviceId or a personId stands for, in this order.
    func person(named id: String) -> Int32? {
        if let user = names.users.number(of: id) {
            let person = names.person(user: user, device: -1, at: 0)
            if person >= 0 { return person }
        }
        if let device = names.devices.number(of: id) {
            return names.person(ofDevice: device, at: .max)
        }
        return names.personNumber(id)
    }

    /// The viewings that are a person's, earlier ones first.
    func viewings(ofPerson person: Int32) -> [Int32] {
        var found: [Int32] = []
        for head in names.heads(ofPerson: person) {
            var number = head
            while number >= 0 {
                var isOwn = false
                forEachPerson(of: number, in: nil) { if $0 == person { isOwn = true } }
                if isOwn, isLive(number) { found.append(number) }
                number = viewings[Int(number)].nextOfSender
            }
        }
        return found.sorted { firstTime(of: $0) < firstTime(of: $1) }
    }
}
