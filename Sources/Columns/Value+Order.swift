extension Value {
    /// Whether this value comes before the other in its type's order; `nil` if the two have none.
    package func isBelow(_ other: Value) -> Bool? {
        switch (self, other) {
        case (.int64(let a), .int64(let b)), (.timestamp(let a), .timestamp(let b)): a < b
        case (.double(let a), .double(let b)): a.isNaN || b.isNaN ? nil : a < b
        case (.int64(let a), .double(let b)): b.isNaN ? nil : Double(a) < b
        case (.double(let a), .int64(let b)): a.isNaN ? nil : a < Double(b)
        case (.string(let a), .string(let b)):
            a.utf8.lexicographicallyPrecedes(b.utf8)
        case (.bool(let a), .bool(let b)): !a && b
        default: nil
        }
    }
}
