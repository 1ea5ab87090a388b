/// A field of dots that becomes lines of text: eight dots in a character of Braille, or one in ASCII.
struct DotCanvas {
    let width: Int
    let height: Int
    private let charset: ResultLayout.Charset
    private let columns: Int
    private var cells: [[UInt8]]

    init(columns: Int, rows: Int, charset: ResultLayout.Charset) {
        self.charset = charset
        self.columns = columns
        width = charset == .unicode ? columns * 2 : columns
        height = charset == .unicode ? rows * 4 : rows
        cells = Array(repeating: Array(repeating: 0, count: columns), count: rows)
    }

    /// Dots of Braille (Unicode 2800 to 28FF) by their place within a cell, row by row.
    private static let dots: [[UInt8]] = [
        [0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80],
    ]

    private mutating func set(_ x: Int, _ y: Int) {
        switch charset {
        case .unicode: cells[y / 4][x / 2] |= Self.dots[y % 4][x % 2]
        case .ascii: cells[y][x] = 1
        }
    }

    /// A straight line with both ends.
    mutating func line(from start: (x: Int, y: Int), to end: (x: Int, y: Int)) {
        let steps = max(abs(end.x - start.x), abs(end.y - start.y))
        for step in 0...steps {
            let share = steps == 0 ? 0 : Double(step) / Double(steps)
            set(
                start.x + Int((Double(end.x - start.x) * share).rounded()),
                start.y + Int((Double(end.y - start.y) * share).rounded()))
        }
    }

    /// Without blanks at the ends.
    var lines: [String] {
        cells.map { row in
            let used = (row.lastIndex { $0 != 0 } ?? -1) + 1
            return String(row.prefix(used).map(character))
        }
    }

    private func character(_ cell: UInt8) -> Character {
        if cell == 0 { return " " }
        return charset == .ascii ? "*" : Character(Unicode.Scalar(0x2800 + UInt32(cell)) ?? "*")
    }
}
