/// Numbers as people read them.
enum Quantities {
    /// `277958` → `277,958`
    static func grouped(_ number: some BinaryInteger) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (position, digit) in digits.enumerated() {
            if position > 0, (digits.count - position).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// `136402.7` → `136 k`, with three digits at most.
    static func rate(_ perSecond: Double) -> String {
        let (scaled, unit) = scale(perSecond, by: 1000, units: ["", " k", " M", " G"])
        return rounded(scaled) + unit
    }

    /// `83123456` → `79.3 MiB`
    static func bytes(_ count: some BinaryInteger) -> String {
        let (scaled, unit) = scale(
            Double(count), by: 1024, units: [" B", " KiB", " MiB", " GiB", " TiB"])
        return rounded(scaled) + unit
    }

    /// `3725` → `1 h 2 min`
    static func duration(_ seconds: Double) -> String {
        // Beyond a century there is nothing worth telling, and no integer overflows.
        let whole = Int(min(max(seconds, 0), 3.2e9))
        if whole < 10 { return "\(decimal(seconds, 1)) s" }
        if whole < 120 { return "\(whole) s" }
        if whole < 7200 { return "\(whole / 60) min" }
        if whole < 172_800 { return "\(whole / 3600) h \(whole % 3600 / 60) min" }
        return "\(whole / 86400) d \(whole % 86400 / 3600) h"
    }

    static func decimal(_ number: Double, _ places: Int) -> String {
        var factor = 1.0
        for _ in 0..<places { factor *= 10 }
        let scaled = (max(number, 0) * factor).rounded()
        guard scaled < 9e15 else { return "\(number)" }
        let whole = Int(scaled)
        guard places > 0 else { return String(whole) }
        let fraction = String(whole % Int(factor))
        return "\(whole / Int(factor))."
            + String(repeating: "0", count: places - fraction.count) + fraction
    }

    private static func scale(
        _ number: Double, by step: Double, units: [String]
    ) -> (Double, String) {
        var scaled = number
        var unit = 0
        while scaled >= step, unit < units.count - 1 {
            scaled /= step
            unit += 1
        }
        return (scaled, units[unit])
    }

    private static func rounded(_ number: Double) -> String {
        let isWhole = number == number.rounded()
        return decimal(number, number >= 100 || isWhole ? 0 : number >= 10 ? 1 : 2)
    }
}
