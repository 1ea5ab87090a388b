import Columns
import Synchronization

/// Rows of events without those of persons who are being erased.
final class HiddenUnit: ScanUnit {
    private let unit: any ScanUnit
    private let scopes: [ErasureScope]
    /// Whether logouts from devices that others use too are there: they part others' events still.
    private let keepsLogouts: Bool
    /// Rows that stay; `nil` inside: all. Found out by the first who asks.
    private let found = Mutex<[UInt32]??>(nil)

    init(_ unit: any ScanUnit, _ scopes: [ErasureScope], keepsLogouts: Bool) {
        self.unit = unit
        self.scopes = scopes
        self.keepsLogouts = keepsLogouts
    }

    var rowCount: Int {
        guard let kept = try? kept() else { return unit.rowCount }
        return kept.count
    }

    func read(_ columns: [Int]) throws -> Block {
        guard let kept = try kept() else { return try unit.read(columns) }
        let block = try unit.read(columns)
        return Block(
            rowCount: kept.count, columns: block.columns.map { $0.gather(kept) },
            unreadable: Self.places(of: block.unreadable, in: kept))
    }

    private func kept() throws -> [UInt32]? {
        if let found = found.withLock({ $0 }) { return found }
        let kept = try keptRows()
        found.withLock { $0 = .some(kept) }
        return kept
    }

    /// - Returns: the rows that none of the scopes takes; `nil`: all of them.
    private func keptRows() throws -> [UInt32]? {
        let block = try unit.read(ErasureScope.positions)
        var isGone = [Bool](repeating: false, count: block.rowCount)
        for scope in scopes {
            let rows = try scope.rows(of: block) { try AdministrativeRows(of: unit) }
            let own = rows.indices.filter { rows[$0] }
            for row in own { isGone[row] = true }
            guard keepsLogouts else { continue }
            for row in scope.sharedLogouts(among: own, of: block) { isGone[row] = false }
        }
        // Whose it is nobody can tell: the reader of the unit has reported the damage.
        for range in block.unreadable {
            for row in range { isGone[row] = true }
        }
        guard isGone.contains(true) else { return nil }
        return isGone.indices.filter { !isGone[$0] }.map(UInt32.init)
    }

    private static func places(of rows: [Range<Int>], in kept: [UInt32]) -> [Range<Int>] {
        guard !rows.isEmpty else { return [] }
        return kept.indices.filter { place in rows.contains { $0.contains(Int(kept[place])) } }
            .map { $0..<$0 + 1 }.merged()
    }
}
