/// The least delay in each stretch of time, from which a clock's drift can be told: a message is never faster
/// than its way, so the least of many comes close to the error of the clock.
///
/// Stretches get twice as long whenever there would be too many: memory and time do not depend on how long all takes.
struct DelayEnvelope: Sendable {
    struct Stretch: Sendable, Hashable {
        var delayMin: Int64
        var count: Int
    }

    static let stretchCountMax = 64
    /// µs.
    static let widthMin: Int64 = 60_000_000

    private(set) var width = DelayEnvelope.widthMin
    /// Where the first stretch begins, in µs since 1970 UTC.
    private(set) var start: Int64?
    private(set) var stretches: [Stretch?] = []

    /// - Parameter time: in µs since 1970 UTC; not before an earlier one's.
    mutating func add(_ delay: Int64, at time: Int64) {
        let start = self.start ?? time
        self.start = start
        // Times that go back, against the promise, count for where the others are.
        var place = max(0, time.subtractingReportingOverflow(start).partialValue) / width
        while place >= Int64(Self.stretchCountMax) {
            halve()
            place /= 2
        }
        while stretches.count <= Int(place) { stretches.append(nil) }
        let known = stretches[Int(place)] ?? Stretch(delayMin: .max, count: 0)
        stretches[Int(place)] = Stretch(
            delayMin: min(known.delayMin, delay), count: known.count + 1)
    }

    private mutating func halve() {
        var halved: [Stretch?] = []
        for place in stride(from: 0, to: stretches.count, by: 2) {
            let first = stretches[place]
            let second = place + 1 < stretches.count ? stretches[place + 1] : nil
            guard let first, let second else {
                halved.append(first ?? second)
                continue
            }
            halved.append(
                Stretch(
                    delayMin: min(first.delayMin, second.delayMin),
                    count: first.count + second.count))
        }
        stretches = halved
        width *= 2
    }

    /// How much the delay grows, in µs for each second: the median of the slopes between all pairs of stretches
    /// (Theil and Sen), which a few bad ones do not move.
    /// - Parameter countMin: events that a stretch must have to be asked.
    /// - Returns: `nil` if fewer than four stretches have so many.
    func slope(countMin: Int) -> Double? {
        var points: [(time: Double, delay: Double)] = []
        for (place, stretch) in stretches.enumerated() {
            guard let stretch, stretch.count >= countMin else { continue }
            points.append((Double(place) * Double(width) / 1e6, Double(stretch.delayMin)))
        }
        guard points.count >= 4 else { return nil }
        var slopes: [Double] = []
        for first in points.indices {
            for second in points.indices.dropFirst(first + 1) {
                slopes.append(
                    (points[second].delay - points[first].delay)
                        / (points[second].time - points[first].time))
            }
        }
        slopes.sort()
        return slopes[slopes.count / 2]
    }

    /// The first and the last moment of stretches whose every delay is above a limit.
    func times(allAbove limit: Int64, countMin: Int) -> ClosedRange<Int64>? {
        guard let start else { return nil }
        let places = stretches.indices.filter { place in
            stretches[place].map { $0.count >= countMin && $0.delayMin > limit } ?? false
        }
        guard let first = places.first, let last = places.last else { return nil }
        return start + Int64(first) * width...start + Int64(last + 1) * width - 1
    }
}
