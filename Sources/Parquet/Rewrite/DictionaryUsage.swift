import Columns

/// Which entries of a chunk's dictionary rows use that stay, as far as anybody looked; see `RowRemoval`.
struct DictionaryUsage {
    private var isUsed: [Bool]
    private var isDropped: [Bool]
    /// Entries that rows used which go, and nobody else so far.
    private var openCount = 0

    init(entryCount: Int) {
        isUsed = [Bool](repeating: false, count: entryCount)
        isDropped = isUsed
    }

    var hasOpenEntries: Bool { openCount > 0 }

    /// Entries that nobody uses any more, ascending.
    var erased: [Int] { isUsed.indices.filter { isDropped[$0] && !isUsed[$0] } }

    /// A page used these; which of its rows go, `keep` does not say.
    mutating func drop(_ indices: [UInt32]) {
        for index in indices where !isDropped[Int(index)] {
            isDropped[Int(index)] = true
            if !isUsed[Int(index)] { openCount += 1 }
        }
    }

    /// Rows that stay use these.
    mutating func keep(_ indices: [UInt32]) {
        for index in indices where !isUsed[Int(index)] {
            isUsed[Int(index)] = true
            if isDropped[Int(index)] { openCount -= 1 }
        }
    }
}

extension ChunkDictionary {
    private static let placeholder: [UInt8] = Array("erased-".utf8)

    /// The entries in plain encoding, with something else in these places: of strings one that no entry has, for
    /// who reads codes relies on it that equal strings have one; of numbers another of them.
    func encoded(replacing erased: [Int]) -> [UInt8] {
        var isErased = [Bool](repeating: false, count: count)
        for entry in erased { isErased[entry] = true }
        var output: [UInt8] = []
        switch entries {
        case .integers(let values):
            let other = values.indices.first { !isErased[$0] }.map { values[$0] } ?? 0
            for entry in values.indices {
                output.append(littleEndian: isErased[entry] ? other : values[entry])
            }
        case .doubles(let values):
            let other = values.indices.first { !isErased[$0] }.map { values[$0] } ?? 0
            for entry in values.indices {
                output.append(littleEndian: (isErased[entry] ? other : values[entry]).bitPattern)
            }
        case .strings(let strings):
            var placeholders = Self.placeholders(except: strings).makeIterator()
            output.reserveCapacity(strings.bytes.count + 4 * strings.count)
            for entry in 0..<strings.count {
                let range = strings.range(at: entry)
                if isErased[entry], let other = placeholders.next() {
                    output.append(littleEndian: UInt32(other.count))
                    output.append(contentsOf: other)
                } else {
                    output.append(littleEndian: UInt32(range.count))
                    output.append(contentsOf: strings.bytes[range])
                }
            }
        }
        return output
    }

    /// Strings that are no entries: `erased-1`, `erased-2` and so on.
    private static func placeholders(
        except strings: StringDictionary
    ) -> some Sequence<[UInt8]> {
        var taken: Set<[UInt8]> = []
        for entry in 0..<strings.count {
            let range = strings.range(at: entry)
            if range.count > placeholder.count, strings.bytes[range].starts(with: placeholder) {
                taken.insert(Array(strings.bytes[range]))
            }
        }
        return (1...).lazy.map { placeholder + Array(String($0).utf8) }.filter {
            !taken.contains($0)
        }
    }
}
