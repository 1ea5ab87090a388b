package import EventLog

extension DecodedLines {
    /// The failures of all lines when the store took none of the rows, in line order.
    ///
    /// Rows carry no line number; theirs are the lines that are nothing else.
    package func failures(afterStoreError error: StoreError) -> [StreamFailure] {
        var failures: [StreamFailure] = []
        var refusals = self.refusals[...]
        var blankLines = self.blankLines[...]
        let end = firstLine + lineCount - (control == nil ? 0 : 1)
        for line in firstLine..<end {
            if blankLines.first == line {
                blankLines.removeFirst()
            } else if refusals.first?.line == line, let refusal = refusals.popFirst() {
                failures.append(StreamFailure(refusal))
            } else {
                failures.append(StreamFailure(line: line, error))
            }
        }
        return failures
    }
}
