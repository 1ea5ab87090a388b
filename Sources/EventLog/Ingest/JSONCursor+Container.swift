extension JSONCursor {
    /// Goes past an object or an array, checking all of it, without recursion.
    ///
    /// - Parameter depth: containers open around it. Which of the open ones are objects is one bit each,
    ///   which the limit on nesting leaves room for.
    @inline(never)
    mutating func skipContainer(depth outer: Int) throws(JSONError) {
        precondition(Limits.nestingMax < 64)
        var depth = outer
        var objects: UInt64 = 0
        while true {
            // A value begins here.
            let opening = p.pointee
            if opening == UInt8(ascii: "{") || opening == UInt8(ascii: "[") {
                guard depth < Limits.nestingMax else { throw error(.tooDeep) }
                depth += 1
                let isObject = opening == UInt8(ascii: "{")
                objects =
                    isObject ? objects | 1 &<< UInt64(depth) : objects & ~(1 &<< UInt64(depth))
                fieldCounts[depth] = 0
                p += 1
                skipSpace()
                if p.pointee != (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                    if isObject { try countedName(depth) }
                    continue
                }
                p += 1
                depth -= 1
            } else {
                try skipScalar()
            }
            // A value has ended here: close what ends with it, or go to the next.
            while true {
                guard depth > outer else { return }
                skipSpace()
                let isObject = objects &>> UInt64(depth) & 1 != 0
                if p.pointee == UInt8(ascii: ",") {
                    p += 1
                    skipSpace()
                    if isObject { try countedName(depth) }
                    break
                }
                guard p.pointee == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                    throw error(isObject ? .expectedCommaOrBrace : .expectedCommaOrBracket)
                }
                p += 1
                depth -= 1
            }
        }
    }

    private mutating func countedName(_ depth: Int) throws(JSONError) {
        let start = p
        let mark = scratch
        _ = try name()
        scratch = mark
        fieldCounts[depth] += 1
        guard fieldCounts[depth] <= Limits.fieldCountMax else {
            throw error(.tooManyFields, at: start)
        }
    }

    /// A value that is no container. What it unescapes is not needed, so `scratch` stays.
    private mutating func skipScalar() throws(JSONError) {
        let mark = scratch
        _ = try value(depth: Limits.nestingMax)
        scratch = mark
    }
}
