import Columns
import Parquet

/// Decides from metadata alone which rows of a segment a query can need.
///
/// Coarse to fine: the catalog's bounds, then the page index, then Bloom filters. Metadata that
/// cannot be read prunes nothing.
struct SegmentPruning {
    let bounds: [ColumnBound]
    var choices: [BoundChoice] = []
    let definitions: [ColumnDefinition]

    /// Whether the catalog's bounds leave a chance that the segment has wanted rows.
    func mayMatch(_ entry: SegmentEntry) -> Bool {
        mayMatch(bounds, entry)
            && choices.allSatisfy { $0.alternatives.contains { mayMatch($0, entry) } }
    }

    private func mayMatch(_ bounds: [ColumnBound], _ entry: SegmentEntry) -> Bool {
        bounds.allSatisfy { bound in
            guard bound.column < EventColumn.count else { return true }
            let limits: (Value, Value)? =
                switch EventColumn.allCases[bound.column] {
                case .seq: (.int64(entry.seqMin), .int64(entry.seqMax))
                case .timestamp: (.timestamp(entry.timestampMin), .timestamp(entry.timestampMax))
                case .event: Self.strings(entry.eventMin, entry.eventMax)
                case .contentId: Self.strings(entry.contentIdMin, entry.contentIdMax)
                default: nil
                }
            guard let limits else { return true }
            return bound.condition.mayMatch(
                lower: limits.0, upper: limits.1, hasNull: true, hasValue: true)
        }
    }

    /// Whether a block of unsealed events may have wanted rows, by their numbers.
    func mayMatch(_ block: TailBlock) -> Bool {
        guard let numbers = block.sequenceRange else { return true }
        return bounds.allSatisfy { bound in
            guard bound.column == Int(EventColumn.seq.rawValue) else { return true }
            return bound.condition.mayMatch(
                lower: .int64(numbers.lowerBound), upper: .int64(numbers.upperBound),
                hasNull: false, hasValue: true)
        }
    }

    /// The runs of neighbouring pages of a row group that may have wanted rows.
    func pages(
        of segment: SegmentFile, _ opened: SegmentFile.Opened, rowGroup: Int, pageCount: Int,
        observer: ScanObserver
    ) -> [Range<Int>] {
        var isKept = kept(bounds, segment, opened, rowGroup, pageCount)
        for choice in choices where isKept.contains(true) {
            var isAny = [Bool](repeating: false, count: pageCount)
            for alternative in choice.alternatives {
                let own = kept(alternative, segment, opened, rowGroup, pageCount)
                for page in 0..<pageCount where own[page] { isAny[page] = true }
            }
            for page in 0..<pageCount where !isAny[page] { isKept[page] = false }
        }
        observer.count { $0.pagesPruned += isKept.reduce(0) { $0 + ($1 ? 0 : 1) } }
        return Self.runs(isKept)
    }

    /// Which pages may have rows that satisfy all of these bounds.
    private func kept(
        _ bounds: [ColumnBound], _ segment: SegmentFile, _ opened: SegmentFile.Opened,
        _ rowGroup: Int, _ pageCount: Int
    ) -> [Bool] {
        let none = [Bool](repeating: false, count: pageCount)
        var isKept = [Bool](repeating: true, count: pageCount)
        for bound in bounds {
            guard let leaf = segment.leaf(definitions[bound.column], in: opened) else {
                // No such column when the segment was written: every row is null.
                if !bound.condition.mayMatchNull { return none }
                continue
            }
            guard let index = try? segment.pageIndex(opened, rowGroup: rowGroup, leaf: leaf),
                index.pages.count == pageCount
            else { continue }
            for page in 0..<pageCount where isKept[page] {
                isKept[page] = bound.condition.mayMatch(index.pages[page])
            }
            if !isKept.contains(true) { return none }
            if case .oneOf(let values) = bound.condition,
                let filter = try? segment.bloomFilter(opened, rowGroup: rowGroup, leaf: leaf),
                !values.contains(where: filter.mightContain)
            {
                return none
            }
        }
        return isKept
    }

    private static func strings(_ lower: String?, _ upper: String?) -> (Value, Value)? {
        guard let lower, let upper else { return nil }
        return (.string(lower), .string(upper))
    }

    private static func runs(_ isKept: [Bool]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for page in isKept.indices where isKept[page] {
            if let last = runs.last, last.upperBound == page {
                runs[runs.count - 1] = last.lowerBound..<page + 1
            } else {
                runs.append(page..<page + 1)
            }
        }
        return runs
    }
}

extension ColumnBound.Condition {
    fileprivate var mayMatchNull: Bool {
        if case .isNull = self { true } else { false }
    }

    fileprivate func mayMatch(_ page: PageIndex.Page) -> Bool {
        let hasNull = page.statistics.nullCount.map { $0 > 0 } ?? true
        if page.isAllNull { return mayMatchNull }
        guard let lower = page.statistics.min, let upper = page.statistics.max else {
            return mayMatchNull ? hasNull : true
        }
        return mayMatch(lower: lower, upper: upper, hasNull: hasNull, hasValue: true)
    }

    /// Whether a value between the limits, or a null, can satisfy the condition.
    fileprivate func mayMatch(lower: Value, upper: Value, hasNull: Bool, hasValue: Bool) -> Bool {
        switch self {
        case .isNull: return hasNull
        case .isNotNull: return hasValue
        case .oneOf(let values):
            return values.contains { value in
                !(value.isBelow(lower) ?? false) && !(upper.isBelow(value) ?? false)
            }
        case .range(let low, let high):
            if let low, upper.isBelow(low) ?? false { return false }
            if let high, high.isBelow(lower) ?? false { return false }
            return hasValue
        }
    }
}
