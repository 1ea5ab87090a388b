/// When sessions began and ended, and which contents came into view in them: what is known of a session in any
/// range of quarters of an hour. Made when somebody asks about sessions, for it takes as much again as a
/// quarter of the viewings.
struct SessionTable {
    /// What a session has of one quarter.
    private struct Part {
        var quarter: Int32
        /// µs since the quarter began.
        var first: Int32
        var last: Int32
        /// -1 is none.
        var next: Int32
    }

    /// A content that came into view in a quarter.
    private struct Look {
        var content: Int32
        var quarter: Int32
        var next: Int32
    }

    private struct Session {
        var hash: UInt64
        var part: Int32 = -1
        var look: Int32 = -1
    }

    private var sessions: [Session] = []
    /// Number + 1; 0 is free. At most two thirds are taken.
    private var slots: [UInt32] = Array(repeating: 0, count: 1 << 10)
    private var parts: [Part] = []
    private var looks: [Look] = []

    var memorySize: Int {
        sessions.capacity * MemoryLayout<Session>.stride + slots.capacity * 4
            + parts.capacity * MemoryLayout<Part>.stride
            + looks.capacity * MemoryLayout<Look>.stride
    }

    mutating func add(_ rows: inout SampleReader, _ row: Int, _ index: ViewingIndex) {
        let hash = rows.session(row)
        guard hash != 0 else { return }
        let content = rows.kind(row) == .impression ? rows.content(row, index) : -1
        add(hash, at: rows.time(row), content: content)
    }

    /// - Parameter content: that came into view; -1 is none.
    mutating func add(_ hash: UInt64, at time: Int64, content: Int32) {
        let number = Int(number(of: hash))
        let quarter = ViewingPart.quarter(of: time)
        let offset = Int32(
            truncatingIfNeeded: time - Int64(quarter) * ViewingPart.quarterLength)
        addPart(number, quarter, offset)
        if content >= 0 { addLook(number, content, quarter) }
    }

    private mutating func addPart(_ number: Int, _ quarter: Int32, _ offset: Int32) {
        var part = sessions[number].part
        while part >= 0 {
            if parts[Int(part)].quarter == quarter {
                parts[Int(part)].first = min(parts[Int(part)].first, offset)
                parts[Int(part)].last = max(parts[Int(part)].last, offset)
                return
            }
            part = parts[Int(part)].next
        }
        parts.appendSlowly(
            Part(quarter: quarter, first: offset, last: offset, next: sessions[number].part))
        sessions[number].part = Int32(parts.count - 1)
    }

    private mutating func addLook(_ number: Int, _ content: Int32, _ quarter: Int32) {
        var look = sessions[number].look
        while look >= 0 {
            let known = looks[Int(look)]
            if known.content == content, known.quarter == quarter { return }
            look = known.next
        }
        looks.appendSlowly(
            Look(content: content, quarter: quarter, next: sessions[number].look))
        sessions[number].look = Int32(looks.count - 1)
    }

    private mutating func number(of hash: UInt64) -> UInt32 {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            if sessions[Int(slots[slot]) - 1].hash == hash { return slots[slot] - 1 }
            slot = (slot + 1) & (slots.count - 1)
        }
        sessions.appendSlowly(Session(hash: hash))
        slots[slot] = UInt32(sessions.count)
        if sessions.count * 3 >= slots.count * 2 { grow() }
        return UInt32(sessions.count - 1)
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for number in sessions.indices {
            var slot = Int(truncatingIfNeeded: sessions[number].hash) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(number + 1)
        }
    }

    /// - Parameter contentCount: that any session may have seen.
    func totals(in range: Range<Int32>?, contentCount: Int) -> SessionTotals {
        var totals = SessionTotals()
        // Which session saw a content last: so nothing is cleared in between.
        var seen = Array(repeating: Int32(-1), count: contentCount)
        for (number, session) in sessions.enumerated() {
            var (from, to) = (Int64.max, Int64.min)
            var part = session.part
            while part >= 0 {
                let own = parts[Int(part)]
                if range?.contains(own.quarter) ?? true {
                    let start = Int64(own.quarter) * ViewingPart.quarterLength
                    from = min(from, start + Int64(own.first))
                    to = max(to, start + Int64(own.last))
                }
                part = own.next
            }
            guard from <= to else { continue }
            totals.count += 1
            totals.length += to - from
            var look = session.look
            while look >= 0 {
                let own = looks[Int(look)]
                if range?.contains(own.quarter) ?? true, seen[Int(own.content)] != number {
                    seen[Int(own.content)] = Int32(number)
                    totals.contents += 1
                }
                look = own.next
            }
        }
        return totals
    }
}

/// What sessions add up to.
struct SessionTotals {
    var count = 0
    /// µs from the first to the last event.
    var length: Int64 = 0
    /// Different contents that came into view in each.
    var contents = 0
}
