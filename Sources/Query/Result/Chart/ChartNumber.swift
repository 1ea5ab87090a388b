import Columns

/// Numbers beside a chart: whole ones in full, others with four digits that count.
enum ChartNumber {
    static func double(_ value: Value) -> Double? {
        switch value {
        case .int64(let number): Double(number)
        case .double(let number) where number.isFinite: number
        case .double, .null, .bool, .string, .timestamp: nil
        }
    }

    static func text(of value: Value) -> String {
        switch value {
        case .double(let number): text(of: number)
        case .null: "NULL"
        case .int64, .bool, .string, .timestamp: CellText.text(of: value, null: "NULL")
        }
    }

    static func text(of number: Double) -> String {
        let size = number.magnitude
        // Where decimals would be all zeros or all digits, the shortest form says it better.
        guard number.isFinite, size < 1e15, size >= 1e-6 || size == 0 else { return "\(number)" }
        if number == number.rounded() { return "\(Int64(number))" }
        var places = 3
        var bound = 10.0
        while size >= bound, places > 0 {
            places -= 1
            bound *= 10
        }
        bound = 1
        while size < bound, places < 9 {
            places += 1
            bound /= 10
        }
        return fixed(number, places)
    }

    private static func fixed(_ number: Double, _ places: Int) -> String {
        var factor = 1.0
        for _ in 0..<places { factor *= 10 }
        let scaled = Int64((number.magnitude * factor).rounded())
        let whole = scaled / Int64(factor)
        var fraction = String(scaled % Int64(factor))
        fraction = String(repeating: "0", count: max(0, places - fraction.count)) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        let sign = number < 0 && scaled != 0 ? "-" : ""
        return sign + "\(whole)" + (places == 0 || fraction.isEmpty ? "" : ".\(fraction)")
    }
}

/// The numbers that an axis spans; zero is always among them.
struct ChartScale: Equatable {
    let lower: Double
    let upper: Double

    init(_ values: some Sequence<Double?>) {
        var (lower, upper) = (0.0, 0.0)
        for case let value? in values {
            lower = min(lower, value)
            upper = max(upper, value)
        }
        self.lower = lower
        self.upper = upper
    }

    /// Where `value` stands: 0 at the lower end, 1 at the upper one.
    func share(_ value: Double) -> Double {
        // Halves, so that the span of the largest doubles is finite too.
        let span = upper / 2 - lower / 2
        return span > 0 ? min(max((value / 2 - lower / 2) / span, 0), 1) : 0
    }
}
