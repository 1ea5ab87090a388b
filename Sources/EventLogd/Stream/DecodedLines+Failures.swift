package import EventLog

extension DecodedLines {
    /// What is wrong with lines that the store looked at, in line order: the refusals, and events of persons
    /// who were erased.
    /// - Parameter erasedRows: of the batch, ascending.
    package func failures(erasedRows: [Int]) -> [StreamFailure] {
        guard !erasedRows.isEmpty else { return refusals.map { StreamFailure($0) } }
        var failures: [StreamFailure] = []
        var refusals = self.refusals[...]
        var blankLines = self.blankLines[...]
        var erased = erasedRows[...]
        var row = 0
        for line in firstLine..<firstLine + lineCount - (control == nil ? 0 : 1) {
            if blankLines.first == line {
                blankLines.removeFirst()
            } else if refusals.first?.line == line, let refusal = refusals.popFirst() {
                failures.append(StreamFailure(refusal))
            } else {
                if erased.first == row {
                    erased.removeFirst()
                    failures.append(StreamFailure(.erased(line: line)))
                }
                row += 1
            }
        }
        // A refused control line may stand behind all of them.
        return failures + refusals.map { StreamFailure($0) }
    }

    /// The failures of all lines when the store took nothing of them, in line order.
    ///
    /// A refused event was not counted either, so its line is to be sent again like the others. A refused
    /// control line is no event and stays refused.
    package func failures(afterStoreError error: StoreError) -> [StreamFailure] {
        var failures: [StreamFailure] = []
        var refusals = self.refusals[...]
        var blankLines = self.blankLines[...]
        let end = firstLine + lineCount - (control == nil ? 0 : 1)
        for line in firstLine..<end {
            if blankLines.first == line {
                blankLines.removeFirst()
            } else if refusals.first?.line == line, let refusal = refusals.popFirst(),
                refusedControls.contains(line)
            {
                failures.append(StreamFailure(refusal))
            } else {
                failures.append(StreamFailure(line: line, error))
            }
        }
        return failures
    }
}

extension Refusal {
    /// The event is one of a person who was erased (specification, section 4.7).
    static func erased(line: UInt64) -> Refusal {
        Refusal(
            line: line, code: .gone,
            message: "The event is of a person who was erased, from before that; it was not stored."
        )
    }
}
