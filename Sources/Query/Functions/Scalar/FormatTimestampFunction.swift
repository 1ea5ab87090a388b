import Columns

/// `format_timestamp('%Y-%m-%d', ts[, zone])`: a time as text, by the elements of strftime (GoogleSQL).
enum FormatTimestampFunction {
    static let function = ScalarFunction(
        name: "format_timestamp", usage: "format_timestamp('%Y-%m-%d', timestamp[, zone])",
        canFail: true,
        resolve: ScalarFunction.overloads([
            ([.string, .timestamp], .string), ([.string, .timestamp, .string], .string),
        ]),
        prepare: { (literals) throws(QueryError) in
            guard let format = try literals.text(0, "the format") else { return nil }
            let pieces = try pieces(of: format)
            var zone: TimeZoneRules?
            if literals.count == 3 {
                guard let name = try literals.text(2, "the time zone") else { return nil }
                zone = try TimeZones.system.zone(named: name)
            }
            return ScalarFunction.Prepared(
                evaluate: { [zone] (arguments) throws(QueryError) in
                    guard case .timestamp(var time) = arguments[1] else { return .null }
                    if let zone {
                        var cursor = TimeZoneCursor(zone)
                        time &+= cursor.offset(at: time)
                    }
                    guard TimestampText.writable.contains(time) else {
                        throw TimestampText.outOfRange
                    }
                    return .string(text(of: time, pieces))
                })
        },
        evaluate: ScalarFunction.unprepared)

    private enum Piece: Sendable {
        case text(String)
        case element(Character)
    }

    /// Elements that stand for others.
    private static let compounds: [Character: String] = [
        "F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M", "D": "%m/%d/%y",
    ]
    private static let elements = "YymdejHIMSfpaAbBuGV"

    private static func pieces(of format: String) throws(QueryError) -> [Piece] {
        var pieces: [Piece] = []
        var isOpen = false
        for character in format {
            guard isOpen else {
                isOpen = character == "%"
                if !isOpen { pieces.append(.text(String(character))) }
                continue
            }
            isOpen = false
            if character == "%" {
                pieces.append(.text("%"))
            } else if let compound = compounds[character] {
                pieces += try Self.pieces(of: compound)
            } else if elements.contains(character) {
                pieces.append(.element(character))
            } else {
                throw unknown("%\(character)")
            }
        }
        guard !isOpen else { throw unknown("%") }
        return pieces
    }

    private static func unknown(_ element: String) -> QueryError {
        let known = (Array(elements) + compounds.keys.sorted()).map { "%\($0)" }
        return QueryError(
            .value, "format_timestamp knows no `\(element)`",
            hint: "there are \(known.joined(separator: " ")) and %% for the sign itself")
    }

    private static func text(of time: Int64, _ pieces: [Piece]) -> String {
        let moment = Moment(time)
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let plain): text += plain
            case .element(let element): text += moment.text(of: element)
            }
        }
        return text
    }

    /// What a clock and a calendar show.
    private struct Moment {
        let time: Int64
        let date: Calendar.Date
        /// Seconds since midnight.
        let second: Int64

        init(_ time: Int64) {
            self.time = time
            let day = Calendar.floorDivide(time, Calendar.dayLength)
            date = Calendar.date(ofDay: day)
            second = (time &- day &* Calendar.dayLength) / 1_000_000
        }

        private static let days = [
            "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
        ]
        private static let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September",
            "October", "November", "December",
        ]

        /// 0 is Sunday.
        private var weekday: Int { Int(TimePart.dayofweek.value(of: time)) - 1 }

        func text(of element: Character) -> String {
            let hour = second / 3_600
            let twelve = hour % 12 == 0 ? 12 : hour % 12
            return switch element {
            case "Y": padded(date.year, 4)
            case "y": padded(Calendar.floorMod(date.year, 100), 2)
            case "m": padded(date.month, 2)
            case "d": padded(date.day, 2)
            case "e": (date.day < 10 ? " " : "") + "\(date.day)"
            case "j": padded(TimePart.dayofyear.value(of: time), 3)
            case "H": padded(hour, 2)
            case "I": padded(twelve, 2)
            case "M": padded(second / 60 % 60, 2)
            case "S": padded(second % 60, 2)
            case "f": padded(Calendar.floorMod(time, 1_000_000), 6)
            case "p": hour < 12 ? "AM" : "PM"
            case "a": String(Self.days[weekday].prefix(3))
            case "A": Self.days[weekday]
            case "b": String(Self.months[Int(date.month) - 1].prefix(3))
            case "B": Self.months[Int(date.month) - 1]
            case "u": "\(weekday == 0 ? 7 : weekday)"
            case "V": padded(TimePart.week.value(of: time), 2)
            default: padded(weekYear, 4)
            }
        }

        /// The year that the ISO week belongs to: that of its Thursday.
        private var weekYear: Int64 {
            let day = Calendar.floorDivide(time, Calendar.dayLength)
            let fromMonday = Int64(weekday == 0 ? 6 : weekday - 1)
            return Calendar.date(ofDay: day - fromMonday + 3).year
        }

        private func padded(_ number: Int64, _ width: Int) -> String {
            let digits = "\(number)"
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
    }
}
