import Columns

/// Puts rows together out of the cells of their columns: some hundreds of rows at a time, column by column, each
/// cell straight to its place.
struct JSONRows {
    /// `{"name":` of the first column, `,"name":` of the others.
    private let heads: [[UInt8]]
    private var cells: [JSONCells]
    /// Where the next cell of each row goes.
    private var positions: [Int] = []

    /// Rows whose cells are in memory together.
    private static let stretch = 256

    /// - Parameter keys: `"name":` for each column.
    init(keys: [[UInt8]]) {
        heads = keys.enumerated().map { Array(($0 == 0 ? "{" : ",").utf8) + $1 }
        cells = [JSONCells](repeating: JSONCells(), count: keys.count)
    }

    /// Appends the rows of a block.
    /// - Parameters:
    ///   - before: what stands before each row.
    ///   - after: what stands behind it.
    mutating func append(
        _ block: Block, before: [UInt8], after: [UInt8], to output: inout [UInt8]
    ) {
        let ending = Array((cells.isEmpty ? "{}" : "}").utf8)
        for start in stride(from: 0, to: block.rowCount, by: Self.stretch) {
            let rows = start..<min(start + Self.stretch, block.rowCount)
            for index in cells.indices { cells[index].set(block.columns[index], rows) }
            append(rows.count, before, ending + after, &output)
        }
    }

    private mutating func append(
        _ rowCount: Int, _ before: [UInt8], _ after: [UInt8], _ output: inout [UInt8]
    ) {
        let fixed = before.count + heads.reduce(0) { $0 + $1.count } + after.count
        positions.removeAll(keepingCapacity: true)
        var end = output.count
        for row in 0..<rowCount {
            positions.append(end)
            end += cells.reduce(fixed) { $0 + $1.places[row].count }
        }
        output.grow(to: end, with: 0)
        output.withUnsafeMutableBytes { output in
            Self.put(before, &positions, output)
            for index in cells.indices { Self.put(heads[index], cells[index], &positions, output) }
            Self.put(after, &positions, output)
        }
    }

    private static func put(
        _ text: [UInt8], _ positions: inout [Int], _ output: UnsafeMutableRawBufferPointer
    ) {
        if text.isEmpty { return }
        text.withUnsafeBytes { text in
            for row in positions.indices {
                UnsafeMutableRawBufferPointer(rebasing: output[positions[row]...])
                    .copyMemory(from: text)
                positions[row] &+= text.count
            }
        }
    }

    private static func put(
        _ head: [UInt8], _ cells: JSONCells, _ positions: inout [Int],
        _ output: UnsafeMutableRawBufferPointer
    ) {
        head.withUnsafeBytes { head in
            cells.bytes.withUnsafeBytes { bytes in
                cells.places.withUnsafeBufferPointer { places in
                    for row in positions.indices {
                        let cell = UnsafeRawBufferPointer(rebasing: bytes[places[row]])
                        var target = UnsafeMutableRawBufferPointer(
                            rebasing: output[positions[row]...])
                        target.copyMemory(from: head)
                        target = UnsafeMutableRawBufferPointer(rebasing: target[head.count...])
                        target.copyMemory(from: cell)
                        positions[row] &+= head.count &+ cell.count
                    }
                }
            }
        }
    }
}
