/// One decoder under test: bytes that nobody vouches for go in, and nothing but a result or an error may come out.
public struct FuzzTarget: Sendable {
    public let name: String
    /// Bytes of an input; longer ones find nothing that these do not, and take longer.
    public let lengthMax: Int
    /// Words of the format that mutation would hardly find.
    public let words: [String]
    /// Must return; a trap, or a `precondition` that does not hold, is a finding.
    public let run: @Sendable ([UInt8]) -> Void
    /// Sound inputs, made by our own writers.
    public let seeds: @Sendable () throws -> [[UInt8]]

    public init(
        _ name: String, lengthMax: Int, words: [String] = [],
        run: @escaping @Sendable ([UInt8]) -> Void,
        seeds: @escaping @Sendable () throws -> [[UInt8]]
    ) {
        self.name = name
        self.lengthMax = lengthMax
        self.words = words
        self.run = run
        self.seeds = seeds
    }
}
