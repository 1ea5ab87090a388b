extension SegmentEntry {
    /// The entry of a segment just written.
    /// - Parameter modificationTime: ms since 1970 UTC.
    init(
        path: String, size: Int, modificationTime: Int64, rowCount: Int, bounds: SegmentBounds
    ) {
        self.init(
            path: path, size: size, modificationTime: modificationTime, rowCount: rowCount,
            minSeq: bounds.seq.lowerBound, maxSeq: bounds.seq.upperBound,
            minTimestamp: bounds.timestamp.lowerBound, maxTimestamp: bounds.timestamp.upperBound,
            minEvent: bounds.event?.lowerBound, maxEvent: bounds.event?.upperBound,
            minContentId: bounds.contentId?.lowerBound, maxContentId: bounds.contentId?.upperBound)
    }
}
