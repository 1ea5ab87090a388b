/// Numbers that stand close together mostly: a bit for each, in pages of 65,536. In files of others they need not;
/// then each is kept by itself.
struct NumberSet {
    /// 8 KiB each.
    private let pageCountMax: Int
    private var scattered: Set<Int64> = []
    private var pages: [Int64: [UInt64]] = [:]
    /// The one that was asked for last, taken out of `pages`.
    private var page: (number: Int64, bits: [UInt64])?

    init(pageCountMax: Int = 8192) { self.pageCountMax = pageCountMax }

    /// - Returns: `false` if it is there already.
    mutating func insert(_ number: Int64) -> Bool {
        let own = number >> 16
        if page?.number != own {
            guard pages.count < pageCountMax || pages[own] != nil else {
                return scattered.insert(number).inserted
            }
            if let page { pages[page.number] = page.bits }
            page = (own, pages.removeValue(forKey: own) ?? [UInt64](repeating: 0, count: 1024))
        }
        let (word, bit) = (Int(number >> 6 & 1023), UInt64(1) << UInt64(number & 63))
        guard let bits = page?.bits[word], bits & bit == 0 else { return false }
        page?.bits[word] |= bit
        return true
    }
}
