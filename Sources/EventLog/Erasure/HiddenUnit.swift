import Columns
import Synchronization

/// Rows of a unit that stay while persons are being erased: found out by the first who asks, for all units that
/// read the same rows.
final class VisibleRows: Sendable {
    private let find: @Sendable () throws -> [Int32]?
    /// `nil` inside: all.
    private let found = Mutex<[Int32]??>(nil)

    private init(_ find: @escaping @Sendable () throws -> [Int32]?) { self.find = find }

    /// - Returns: `nil`: all of them.
    func rows() throws -> [Int32]? {
        if let found = found.withLock({ $0 }) { return found }
        let rows = try find()
        found.withLock { $0 = .some(rows) }
        return rows
    }

    /// Of events.
    /// - Parameter keepsLogouts: whether logouts from devices that others use too are there: they part others'
    ///   events still.
    convenience init(
        ofEvents unit: any ScanUnit, without scopes: [ErasureScope], keepsLogouts: Bool
    ) {
        self.init {
            let block = try unit.read(ErasureScope.positions)
            var isGone = [Bool](repeating: false, count: block.rowCount)
            for scope in scopes {
                let rows = try scope.rows(of: block) { try AdministrativeRows(of: unit) }
                let own = rows.indices.filter { rows[$0] }
                for row in own { isGone[row] = true }
                guard keepsLogouts else { continue }
                for row in scope.sharedLogouts(among: own, of: block) { isGone[row] = false }
            }
            return Self.visible(isGone, block)
        }
    }

    /// Of a rollup of events that are not stored any more, all of which had come before the requests.
    convenience init(ofRollup unit: any ScanUnit, without scopes: [ErasureScope]) {
        self.init {
            let positions = [EventColumn.userId, .deviceId, .timestamp].map { Int($0.rawValue) }
            let block = try unit.read(positions)
            var isGone = [Bool](repeating: false, count: block.rowCount)
            guard case .int64(let times) = block.columns[2].values else { return nil }
            for row in isGone.indices {
                let user = block.columns[0][row].text
                let device = block.columns[1][row].text
                isGone[row] = scopes.contains {
                    $0.takes(user: user, device: device, time: times[row])
                }
            }
            return Self.visible(isGone, block)
        }
    }

    private static func visible(_ isGone: [Bool], _ block: Block) -> [Int32]? {
        var isGone = isGone
        // Whose it is nobody can tell: the reader of the unit has reported the damage.
        for range in block.unreadable {
            for row in range { isGone[row] = true }
        }
        guard isGone.contains(true) else { return nil }
        return isGone.indices.filter { !isGone[$0] }.map(Int32.init)
    }
}

extension Value {
    fileprivate var text: String? {
        if case .string(let text) = self { text } else { nil }
    }
}

/// A unit without the rows of persons who are being erased.
struct HiddenUnit: ScanUnit {
    let unit: any ScanUnit
    let visible: VisibleRows

    var rowCount: Int {
        guard let rows = try? visible.rows() else { return unit.rowCount }
        return rows.count
    }

    func read(_ columns: [Int]) throws -> Block {
        guard let rows = try visible.rows() else { return try unit.read(columns) }
        return try unit.read(columns).gather(rows)
    }

    func read(_ columns: [Int], rows: [Int32]) throws -> Block {
        guard let visible = try visible.rows() else { return try unit.read(columns, rows: rows) }
        return try unit.read(columns, rows: rows.map { visible[Int($0)] })
    }
}
