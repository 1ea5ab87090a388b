import FuzzHarness

@testable import Query

public enum FuzzQueryTargets {
    public static let all = [query]

    /// A query's text: parsed, printed, bound, planned and run over small tables.
    static let query = FuzzTarget("query", lengthMax: 1 << 10, words: QueryEntry.words) {
        QueryEntry.run($0)
    } seeds: {
        QueryEntry.seeds
    }
}
