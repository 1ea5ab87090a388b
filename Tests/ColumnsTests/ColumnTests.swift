import Columns
import Testing

@Suite("Columns")
struct ColumnTests {
    static let samples: [(ColumnType, [Value])] = [
        (.bool, [.bool(true), .null, .bool(false), .bool(true)]),
        (.int64, [.int64(.min), .int64(0), .null, .int64(.max)]),
        (.timestamp, [.null, .timestamp(-1), .timestamp(0), .timestamp(9)]),
        (.double, [.double(-0.5), .double(.infinity), .null, .null]),
        (.string, [.string("a"), .null, .string(""), .string("a")]),
    ]

    @Test("a cell is what the column was made from", arguments: samples)
    func cells(type: ColumnType, cells: [Value]) {
        let column = Column(type: type, cells)
        #expect(column.type == type)
        #expect(column.count == cells.count)
        #expect((0..<cells.count).map { column[$0] } == cells)
    }

    @Test("a slice has the rows of its range", arguments: samples)
    func slices(type: ColumnType, cells: [Value]) {
        let column = Column(type: type, cells)
        for start in 0...cells.count {
            for end in start...cells.count {
                let slice = column.slice(start..<end)
                #expect(slice.type == type)
                #expect((0..<slice.count).map { slice[$0] } == Array(cells[start..<end]))
            }
        }
    }

    @Test("a slice of a string column shares the dictionary")
    func sharing() {
        let column = Column(type: .string, [.string("a"), .string("b")])
        guard case .string(_, let whole) = column.values,
            case .string(_, let part) = column.slice(1..<2).values
        else {
            Issue.record("not string columns")
            return
        }
        #expect(whole === part)
    }

    @Test("a column without nulls has no validity")
    func validity() {
        #expect(Column(type: .int64, [.int64(1)]).validity == nil)
        #expect(Column(type: .int64, [.int64(1), .null]).validity == [1, 0])
        #expect(Column(type: .string, [.null]).validity == nil)
    }

    @Test("a column of nulls is null in every row", arguments: ColumnType.allCases)
    func nulls(type: ColumnType) {
        let column = Column(nulls: 3, type: type)
        #expect((0..<3).allSatisfy { column[$0] == .null })
        #expect(column.slice(1..<3).count == 2)
        #expect(column.slice(1..<3)[1] == .null)
    }
}
