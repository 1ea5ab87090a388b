import Glibc
import TestSupport
import Testing

@testable import EventLog

@Suite("Compaction policy")
struct CompactionPolicyTests {
    private static let day = TimePartition.Unit.day.length
    private static let hour = TimePartition.Unit.hour.length
    /// A year says it all, and takes a minute.
    private let simulatedDays = getenv("COMPACTION_DAYS").flatMap { Int(String(cString: $0)) } ?? 40
    private let today = 20_000 * Self.day

    private func segment(
        _ path: String, rows: Int = 1000, from: Int64, to: Int64? = nil, writtenAt: Int64? = nil,
        generation: Int = 0
    ) -> CompactionPolicy.Segment {
        CompactionPolicy.Segment(
            path: path, rowCount: rows, size: rows * 30, times: from...(to ?? from),
            writtenAt: writtenAt ?? to ?? from, generation: generation)
    }

    @Test(
        "months of traffic: few files, little written twice, no event lost",
        arguments: [1.0, 60.0, 1500.0])
    func months(eventsPerSecond: Double) {
        var simulation = CompactionSimulation(
            seed: 7, eventsPerSecond: eventsPerSecond,
            sealsPerHour: eventsPerSecond > 100 ? 28 : 4, retention: simulatedDays * 3 / 4)
        simulation.run(days: eventsPerSecond > 100 ? 3 : simulatedDays)
        let numbers = """
            \(eventsPerSecond) events/s: write amplification \(simulation.writeAmplification), \
            space \(simulation.spaceAmplificationMax), files \(simulation.segmentCount) \
            (most \(simulation.segmentCountMax)), late \(simulation.lateFileCount), \
            steps \(simulation.stepCount)
            """
        print(numbers)
        #expect(simulation.writeAmplification < 4, "\(numbers)")
        #expect(simulation.spaceAmplificationMax < 2.5, "\(numbers)")
        #expect(simulation.inputRowCountMax <= simulation.policy.rowCountMax, "\(numbers)")
        #expect(simulation.liveRowCount + simulation.droppedRowCount == simulation.rowCount)
        // Those of today and of late ones, and a few a day, as many as its events need.
        let most = 100 + simulatedDays * (2 + Int(eventsPerSecond * 86_400 / 1_500_000))
        #expect(simulation.segmentCountMax < most, "\(numbers)")
    }

    @Test("at once, a day becomes as few files as it can be, and nothing is left to do")
    func forced() {
        var simulation = CompactionSimulation(seed: 3, eventsPerSecond: 60)
        simulation.run(days: 12)
        simulation.compactAll()
        #expect(simulation.lateFileCount == 0)
        let most = simulation.filesByDay.values.max() ?? 0
        // 60 events/s are 5.2 million a day: three files of two million.
        #expect(most <= 4)
        #expect(simulation.liveRowCount == simulation.rowCount)
    }

    @Test("the same seals in another order are compacted alike")
    func order() {
        let segments = (0..<30).map { number in
            segment(
                "s\(number + 100)", from: today + Int64(number) * 60_000_000,
                to: today + Int64(number + 1) * 60_000_000)
        }
        let policy = CompactionPolicy()
        let now = today + Self.hour
        let job = policy.next(segments, now: now)
        #expect(job?.inputs.count == 30)
        #expect(policy.next(segments.reversed(), now: now) == job)
        #expect(policy.next(segments.shuffled(), now: now) == job)
    }

    @Test("fresh segments wait for others, but not for ever")
    func fresh() {
        let policy = CompactionPolicy()
        let eleven = (0..<11).map { segment("s\($0 + 10)", from: today) }
        let twelve = eleven + [segment("t", from: today)]
        #expect(policy.next(eleven, now: today + 1) == nil)
        #expect(policy.next(twelve, now: today + 1)?.inputs.count == 12)
        #expect(policy.next(eleven, now: today + policy.freshAge - 1) == nil)
        #expect(policy.next(eleven, now: today + policy.freshAge)?.inputs.count == 11)
        let one = [segment("s", from: today)]
        #expect(policy.next(one, now: today + Self.day - 1) == nil)
        #expect(policy.next(one, now: today + Self.day)?.inputs == ["s"])
        #expect(policy.next(one, now: today, isForced: true)?.inputs == ["s"])
    }

    @Test("what is made of days that are over lasts; of today's it is written once more")
    func lasting() {
        let policy = CompactionPolicy()
        let over = today + 2 * Self.day
        let one = [segment("s", from: today, to: today + Self.hour)]
        let job = policy.next(one, now: over)
        #expect(job?.isLasting == true)
        #expect(job?.generation(after: 0) == CompactionPolicy.lastingGeneration)
        #expect(job?.generation(after: 4) == 5)
        let both = one + [segment("t", from: over, to: over + 1)]
        #expect(policy.next(both, now: over + Self.day)?.isLasting == false)
        #expect(policy.next(both, now: over + Self.day)?.generation(after: 0) == 1)
        #expect(policy.next(both, now: over, isForced: true)?.isLasting == true)
    }

    @Test("a job has no more rows than it may, or one segment")
    func bounded() {
        var policy = CompactionPolicy()
        policy.rowCountMax = 2500
        let segments = (0..<12).map { segment("s\($0 + 10)", from: today) }
        #expect(policy.next(segments, now: today)?.inputs == ["s10", "s11"])
        let large = [segment("a", rows: 9000, from: today)]
        #expect(policy.next(large, now: today + Self.day)?.inputs == ["a"])
    }

    @Test("hours are put together once their day is over for a while, with what came late")
    func days() {
        let policy = CompactionPolicy()
        var segments = (0..<24).map { hour in
            segment(
                "h\(hour + 10)", from: today + Int64(hour) * Self.hour,
                to: today + Int64(hour + 1) * Self.hour - 1, generation: 1)
        }
        let end = today + Self.day + policy.dayRest
        #expect(policy.next(segments, now: end - 1) == nil)
        #expect(policy.next(segments, now: end)?.inputs.count == 24)
        #expect(policy.next(segments, now: end)?.cut == CompactionPolicy.Cut.none)
        segments.append(
            segment(
                "late", rows: 50, from: today - Self.day, to: today + 5, generation: 1))
        let job = policy.next(segments, now: end)
        #expect(job?.inputs.last == "late")
        #expect(job?.cut == .range(today..<today + Self.day))
    }

    @Test("a file of a day is not written anew for the sake of a few events")
    func growth() {
        let policy = CompactionPolicy()
        let now = today + 3 * Self.day
        let main = segment("d", rows: 100_000, from: today, to: today + Self.hour, generation: 2)
        let few = segment("e", rows: 5_000, from: today, to: today + Self.hour, generation: 2)
        let some = segment("f", rows: 5_300, from: today, to: today + Self.hour, generation: 2)
        #expect(policy.next([main, few], now: now) == nil)
        #expect(policy.next([main, some], now: now)?.inputs.count == 2)
        #expect(policy.next([main, few], now: now, isForced: true)?.inputs.count == 2)
        // What was made of sealed ones is written once more.
        let first = segment("g", from: today, to: today + Self.hour, generation: 1)
        #expect(policy.next([first], now: now)?.inputs == ["g"])
        #expect(policy.next([main], now: now) == nil)
    }

    @Test("times that the catalog rounds up are of the partition before")
    func rounding() {
        #expect(TimePartition(.day, containing: today...today + Self.day) != nil)
        #expect(TimePartition(.day, containing: today...today + Self.day + 1) == nil)
        #expect(TimePartition(.day, containing: -1).start == -Self.day)
        #expect(TimePartition(.day, containing: 0).number == 0)
    }

    @Test("rows are divided by partition, those of small ones together")
    func division() {
        let policy = CompactionPolicy()
        var times = [Int64](repeating: today + 5, count: 50)
        times += [Int64](repeating: today + Self.hour, count: 40)
        times += [today - Self.day, today - 9 * Self.day]
        let job = CompactionPolicy.Job(inputs: [], cut: .partitions(hoursFrom: today))
        let division = RowDivision(job, policy, times: times)
        #expect(division.fileCount == 3)
        #expect(division.files[0] == 0 && division.files[50] == 1)
        #expect(division.files[90] == 2 && division.files[91] == 2)
        var all = job
        all.keepsPieces = true
        #expect(RowDivision(all, policy, times: times).fileCount == 4)
        let range = CompactionPolicy.Job(inputs: [], cut: .range(today..<today + Self.hour))
        #expect(RowDivision(range, policy, times: times).fileCount == 3)
        let many = (0..<200).map { today + Int64($0) * Self.day }
        #expect(
            RowDivision(all, policy, times: many).fileCount == RowDivision.pieceCountMax + 1)
        #expect(RowDivision(all, policy, times: []).fileCount == 0)
    }
}
