import Columns

/// For which rows of a block a condition is true; false and null are the same here.
enum Truth {
    case none
    case all
    /// 1 where it is true.
    case mask([UInt8])

    /// The rows for which it is true, ascending.
    func positions(_ rowCount: Int) -> [Int32] {
        switch self {
        case .none: []
        case .all: Array(0..<Int32(rowCount))
        case .mask(let mask): Gather.positions(mask)
        }
    }

    func and(_ other: Truth) -> Truth {
        switch (self, other) {
        case (.none, _), (_, .none): .none
        case (.all, let rest), (let rest, .all): rest
        case (.mask(let a), .mask(let b)):
            .mask(Lane.map(.rows(a), .rows(b), count: a.count) { $0 & $1 })
        }
    }

    func or(_ other: Truth) -> Truth {
        switch (self, other) {
        case (.all, _), (_, .all): .all
        case (.none, let rest), (let rest, .none): rest
        case (.mask(let a), .mask(let b)):
            .mask(Lane.map(.rows(a), .rows(b), count: a.count) { $0 | $1 })
        }
    }
}

/// For which entries of a dictionary a condition over its column is true.
enum EntryTruth {
    case none
    case one(Int32)
    /// 1 where it is true, by code + 1: the first slot is that of null. A code is -1 or a position in
    /// the dictionary (`Column`), so it is always within the table.
    case some([UInt8])

    /// What that says about rows with these codes.
    func truth(of codes: [Int32]) -> Truth {
        switch self {
        case .none: return .none
        case .one(let wanted): return Self.truth(of: codes, wanted)
        case .some(let table):
            return .mask(
                table.withUnsafeBufferPointer { table in
                    Lane.map(.rows(codes), .constant(1), count: codes.count) {
                        table[Int($0 &+ $1)]
                    }
                })
        }
    }

    /// Mostly no row of a block has the code: whoever joins masks need not look at this one then.
    private static func truth(of codes: [Int32], _ wanted: Int32) -> Truth {
        let mask = Lane.map(.rows(codes), .constant(wanted), count: codes.count) { UInt8($0 == $1) }
        let isAny = mask.withUnsafeBytes { mask in
            let words = mask.count / 8
            for word in 0..<words
            where mask.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self) != 0 {
                return true
            }
            return mask[(words * 8)...].contains(1)
        }
        return isAny ? .mask(mask) : .none
    }
}

extension Evaluator {
    /// For which rows this condition is true.
    ///
    /// AND and OR of conditions that cannot fail need no third value here: what is null makes neither
    /// true.
    func truth(of block: Block) throws(QueryError) -> Truth {
        if let lookupColumn,
            case .string(let codes, let dictionary) = block.columns[lookupColumn].values,
            let entries = try entryTruth(dictionary, lookupColumn, rowCount: block.rowCount)
        {
            return entries.truth(of: codes)
        }
        switch expression {
        case .and where !expression.canFail:
            var result = Truth.all
            for child in children {
                result = result.and(try child.truth(of: block))
                if case .none = result { break }
            }
            return result
        case .or where !expression.canFail:
            var result = Truth.none
            for child in children {
                result = result.or(try child.truth(of: block))
                if case .all = result { break }
            }
            return result
        case .and, .or, .column, .literal, .call, .conditional, .aggregate, .window, .queryValue,
            .member:
            switch try evaluateRows(block) {
            case .constant(let value): return value == .bool(true) ? .all : .none
            case .column(let column):
                if case .allNull = column.values { return .none }
                return .mask(Logic.mask(of: .column(column), block.rowCount))
            }
        }
    }

    /// `nil` if finding it would cost more than the rows themselves.
    private func entryTruth(
        _ dictionary: StringDictionary, _ position: Int, rowCount: Int
    ) throws(QueryError) -> EntryTruth? {
        if let known = entryTruths.first(where: { $0.dictionary === dictionary }) {
            return known.truth
        }
        let truth: EntryTruth
        if dictionary.isDistinct, let text = expression.equalText {
            truth = dictionary.code(of: text).map { .one($0) } ?? .none
        } else {
            guard let table = try table(dictionary, position, rowCount: rowCount) else {
                return nil
            }
            let mask = Logic.mask(of: .column(table), table.count)
            truth = mask.contains(1) ? .some(mask.suffix(1) + mask.dropLast()) : .none
        }
        // Blocks come row group by row group, so few are enough.
        if entryTruths.count >= 4 { entryTruths.removeFirst() }
        entryTruths.append((dictionary, truth))
        return truth
    }
}

extension BoundExpression {
    /// The text of `column = 'text'`.
    fileprivate var equalText: String? {
        guard case .call(let function, let arguments, _, _) = self, function.name == "=" else {
            return nil
        }
        switch (arguments[0], arguments[1]) {
        case (.column, .literal(.string(let text), _)), (.literal(.string(let text), _), .column):
            return text
        default: return nil
        }
    }
}
