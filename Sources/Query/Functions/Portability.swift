/// The engines on which a function has the same name and the same meaning.
///
/// It is what `--portable` goes by; each entry has been run there (Tests/Interop).
struct Portability: OptionSet, Sendable, Hashable {
    let rawValue: UInt8

    static let spark = Portability(rawValue: 1)
    static let clickhouse = Portability(rawValue: 2)
    static let everywhere: Portability = [.spark, .clickhouse]
    /// A local extension.
    static let local: Portability = []
}
