import Columns
import Testing

@testable import Query

@Suite("Numbers of distinct strings")
struct KeyIdsTests {
    /// Blocks whose dictionaries overlap. Which of them are in a domain is told by `isShared`.
    private func columns(
        rowCount: Int, _ isShared: (Int) -> StringDomain?
    ) -> [Column] {
        (0..<6).map { number in
            let strings = (0..<40).map { "string \(($0 * 7 + number * 13) % 90)" }
            let dictionary = StringDictionary(strings, isDistinct: true)
            if let domain = isShared(number) {
                dictionary.join(domain)
                _ = dictionary.domainNumbers
            }
            return Column(
                codes: (0..<rowCount).map { Int32(($0 * 17 + number) % 41) - 1 },
                dictionary: dictionary)
        }
    }

    private func values(_ ids: KeyIds, _ numbers: [Int32]) -> [Value] {
        let column = ids.column(numbers)
        return (0..<column.count).map { column[$0] }
    }

    @Test(
        "are the same for equal strings, whichever dictionaries are in a domain, also after a merge",
        arguments: ["none", "all", "first", "last", "two domains"], [12, 100])
    func numbering(which: String, rowCount: Int) {
        let domains = [StringDomain(sizeMax: 1 << 20), StringDomain(sizeMax: 1 << 20)]
        let columns = columns(rowCount: rowCount) { number in
            switch which {
            case "all": domains[0]
            case "first": number < 3 ? domains[0] : nil
            case "last": number >= 3 ? domains[0] : nil
            case "two domains": domains[number % 2]
            default: nil
            }
        }
        for split in 0...columns.count {
            let (one, other) = (KeyIds(type: .string), KeyIds(type: .string))
            var numbers = columns[..<split].map { one.ids(of: $0) }
            let others = columns[split...].map { other.ids(of: $0) }
            let mapping = one.merge(other)
            numbers += others.map { $0.map { mapping[Int($0)] } }
            for (column, numbers) in zip(columns, numbers) {
                #expect(values(one, numbers) == (0..<column.count).map { column[$0] })
            }
            let all = values(one, (1..<Int32(one.count)).map { $0 })
            #expect(Set(all).count == all.count)
        }
    }
}
