import Columns

extension EventJSON {
    /// What the kept fields mean for the columns: a name can stand in an object only once.
    struct Claims {
        /// None of them has a name that a column could go by.
        var isEmpty = true
        /// The event's name as sent: the parser finds the type by it again.
        var isEventKept = false
        /// A second payload, which is one only beside a first.
        var isPayloadKept = false
    }

    func typeIndex() -> Int {
        guard filled.contains(.event) else { return VocabularyTable.customType }
        // Without its quotes; names of known types have no escapes.
        let place = values[Int(EventColumn.event.rawValue)]
        return number(in: table.types, place.lowerBound + 1..<place.upperBound - 1)
    }

    func claimedNames(_ type: Int) -> Claims {
        var claims = Claims()
        for other in others {
            let word = number(in: table.words, other.name)
            guard word != 0 else { continue }
            if other.inPayload {
                if table.payload[type * table.wordCount + word].eventColumn != nil {
                    claims.isEmpty = false
                }
                continue
            }
            let rule = table.envelope[word]
            if rule.isPayload { claims.isPayloadKept = true }
            guard let column = rule.eventColumn else { continue }
            claims.isEmpty = false
            if column == .event, rule.isCanonical, arena[other.json.lowerBound] == 0x22 {
                claims.isEventKept = true
            }
        }
        return claims
    }

    private func number(in names: NameTable, _ place: Range<Int>) -> Int {
        guard (1...NameTable.nameSizeMax).contains(place.count) else { return 0 }
        // The table reads words of eight bytes.
        var name = [UInt8](repeating: 0, count: NameTable.nameSizeMax + 8)
        name.replaceSubrange(0..<place.count, with: arena[place])
        return name.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.map { names.number(of: $0, place.count) } ?? 0
        }
    }

    func isTaken(_ spelling: FieldSpellings.Spelling) -> Bool {
        others.contains {
            $0.inPayload == spelling.inPayload && arena[$0.name].elementsEqual(spelling.name)
        }
    }

    /// A time that the sender gave as null or unusable, or that was replaced.
    func isEvicted(_ other: Other, by columns: ColumnSet) -> Bool {
        columns.columns.contains { arena[other.name].elementsEqual($0.definition.name.utf8) }
    }
}
