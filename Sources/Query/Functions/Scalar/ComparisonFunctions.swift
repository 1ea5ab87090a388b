import Columns

/// `= <> < <= > >=`
enum ComparisonFunctions {
    static let all = [
        make(
            "=", { $0 == 0 },
            Kernels(
                integers: { a, b, n in Lane.map(a, b, count: n) { bit($0 == $1) } },
                doubles: { a, b, n in
                    Lane.map(a, b, count: n) { bit($0 == $1 || ($0.isNaN && $1.isNaN)) }
                })),
        make(
            "<>", { $0 != 0 },
            Kernels(
                integers: { a, b, n in Lane.map(a, b, count: n) { bit($0 != $1) } },
                doubles: { a, b, n in
                    Lane.map(a, b, count: n) { bit(!($0 == $1 || ($0.isNaN && $1.isNaN))) }
                })),
        make(
            "<", { $0 < 0 },
            Kernels(
                integers: { a, b, n in Lane.map(a, b, count: n) { bit($0 < $1) } },
                doubles: { a, b, n in Lane.map(a, b, count: n) { bit(ValueOrder.isLess($0, $1)) } })
        ),
        make(
            "<=", { $0 <= 0 },
            Kernels(
                integers: { a, b, n in Lane.map(a, b, count: n) { bit($0 <= $1) } },
                doubles: { a, b, n in Lane.map(a, b, count: n) { bit(!ValueOrder.isLess($1, $0)) } }
            )),
        make(
            ">", { $0 > 0 },
            Kernels(
                integers: { a, b, n in Lane.map(a, b, count: n) { bit($0 > $1) } },
                doubles: { a, b, n in Lane.map(a, b, count: n) { bit(ValueOrder.isLess($1, $0)) } })
        ),
        make(
            ">=", { $0 >= 0 },
            Kernels(
                integers: { a, b, n in Lane.map(a, b, count: n) { bit($0 >= $1) } },
                doubles: { a, b, n in Lane.map(a, b, count: n) { bit(!ValueOrder.isLess($0, $1)) } }
            )),
    ]

    private struct Kernels: Sendable {
        let integers: @Sendable (Lane<Int64>, Lane<Int64>, Int) -> [UInt8]
        let doubles: @Sendable (Lane<Double>, Lane<Double>, Int) -> [UInt8]
    }

    @inline(__always)
    private static func bit(_ condition: Bool) -> UInt8 { UInt8(condition) }

    private static func make(
        _ name: String, _ accepts: @escaping @Sendable (Int) -> Bool, _ kernels: Kernels
    ) -> ScalarFunction {
        ScalarFunction(
            name: name, usage: "a \(name) b", portability: .everywhere,
            resolve: ScalarFunction.overloads([
                ([.int64, .int64], .bool), ([.double, .double], .bool),
                ([.string, .string], .bool),
                ([.timestamp, .timestamp], .bool), ([.bool, .bool], .bool),
            ]),
            evaluate: { (arguments) throws(QueryError) in
                .bool(accepts(ValueOrder.compare(arguments[0], arguments[1])))
            },
            kernel: { (operands, count) throws(QueryError) in
                let bits: [UInt8]
                if let a = operands[0].integers, let b = operands[1].integers {
                    bits = kernels.integers(a, b, count)
                } else if let a = operands[0].doubles, let b = operands[1].doubles {
                    bits = kernels.doubles(a, b, count)
                } else if let strings = compareStrings(operands, accepts) {
                    bits = strings
                } else {
                    return nil
                }
                return Column(bools: bits, validity: operands.commonPresence)
            })
    }

    /// Strings byte by byte, without making a `String` of any.
    private static func compareStrings(
        _ operands: [Operand], _ accepts: (Int) -> Bool
    ) -> [UInt8]? {
        switch (operands[0], operands[1]) {
        case (.column(let column), .constant(.string(let text))):
            return compare(column, text) { accepts($0) }
        case (.constant(.string(let text)), .column(let column)):
            return compare(column, text) { accepts(-$0) }
        case (.column(let a), .column(let b)):
            guard case .string(let codesA, let dictionaryA) = a.values,
                case .string(let codesB, let dictionaryB) = b.values
            else { return nil }
            return dictionaryA.bytes.withUnsafeBytes { bytesA in
                dictionaryB.bytes.withUnsafeBytes { bytesB in
                    zip(codesA, codesB).map { codeA, codeB in
                        guard codeA >= 0, codeB >= 0 else { return 0 }
                        let a = UnsafeRawBufferPointer(
                            rebasing: bytesA[dictionaryA.range(at: Int(codeA))])
                        let b = UnsafeRawBufferPointer(
                            rebasing: bytesB[dictionaryB.range(at: Int(codeB))])
                        return bit(accepts(ValueOrder.compare(a, b)))
                    }
                }
            }
        case (.constant, _), (.column, .constant): return nil
        }
    }

    private static func compare(
        _ column: Column, _ text: String, _ accepts: (Int) -> Bool
    ) -> [UInt8]? {
        guard case .string(let codes, let dictionary) = column.values else { return nil }
        let wanted = Array(text.utf8)
        return wanted.withUnsafeBytes { wanted in
            dictionary.bytes.withUnsafeBytes { bytes in
                codes.map { code in
                    guard code >= 0 else { return 0 }
                    let entry = UnsafeRawBufferPointer(
                        rebasing: bytes[dictionary.range(at: Int(code))])
                    return bit(accepts(ValueOrder.compare(entry, wanted)))
                }
            }
        }
    }
}
