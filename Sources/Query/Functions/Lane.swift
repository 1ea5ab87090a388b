import Columns

/// The plain values of a kernel's argument: one for each row, or one for all.
enum Lane<Element> {
    case rows([Element])
    case constant(Element)

    /// One result per row of two arguments.
    @inline(__always)
    static func map<Result>(
        _ a: Lane, _ b: Lane, count: Int, _ body: (Element, Element) -> Result
    ) -> [Result] {
        [Result](unsafeUninitializedCapacity: count) { target, initialized in
            let out = target.baseAddress
            if let out {
                switch (a, b) {
                case (.rows(let a), .rows(let b)):
                    a.withUnsafeBufferPointer { a in
                        b.withUnsafeBufferPointer { b in
                            for i in 0..<count { (out + i).initialize(to: body(a[i], b[i])) }
                        }
                    }
                case (.rows(let a), .constant(let b)):
                    a.withUnsafeBufferPointer { a in
                        for i in 0..<count { (out + i).initialize(to: body(a[i], b)) }
                    }
                case (.constant(let a), .rows(let b)):
                    b.withUnsafeBufferPointer { b in
                        for i in 0..<count { (out + i).initialize(to: body(a, b[i])) }
                    }
                case (.constant(let a), .constant(let b)):
                    for i in 0..<count { (out + i).initialize(to: body(a, b)) }
                }
            }
            initialized = count
        }
    }
}

extension UInt8 {
    /// 1 if it holds. Without a branch: the compiler keeps one for `? 1 : 0`, and then a loop over rows
    /// is not done several at a time.
    @inline(__always)
    init(_ condition: Bool) { self = unsafeBitCast(condition, to: UInt8.self) }
}

extension Operand {
    /// Integers or timestamps; `nil` for other types and for nothing but nulls.
    var integers: Lane<Int64>? {
        switch self {
        case .constant(.int64(let value)), .constant(.timestamp(let value)): .constant(value)
        case .column(let column):
            if case .int64(let values) = column.values { .rows(values) } else { nil }
        case .constant: nil
        }
    }

    var doubles: Lane<Double>? {
        switch self {
        case .constant(.double(let value)): .constant(value)
        case .column(let column):
            if case .double(let values) = column.values { .rows(values) } else { nil }
        case .constant: nil
        }
    }

    var bools: Lane<UInt8>? {
        switch self {
        case .constant(.bool(let value)): .constant(value ? 1 : 0)
        case .column(let column):
            if case .bool(let values) = column.values { .rows(values) } else { nil }
        case .constant: nil
        }
    }
}

extension [Operand] {
    /// 1 where no argument is null; `nil` if that is everywhere.
    var commonPresence: [UInt8]? {
        var result: [UInt8]?
        for case .column(let column) in self {
            guard let presence = column.presence else { continue }
            if let known = result {
                result = Lane.map(.rows(known), .rows(presence), count: known.count) { $0 & $1 }
            } else {
                result = presence
            }
        }
        return result
    }
}
