package import EventLog

extension DecodedLines {
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
