/// The bounds of what is kept and answered.
package enum AnalyticsLimits {
    /// Persons of contents that are kept between two questions, some of them several times.
    package static let knownViewersCountMax = 1 << 20
    /// Contents that they are of, and ranges of one content.
    package static let knownContentsCountMax = 4096
    package static let knownRangesCountMax = 8
    /// Contents whose signals are kept up with each event.
    package static let knownSignalsCountMax = 1024
    /// Buckets of one series.
    package static let bucketCountMax = 2000
    /// Contents of a page, and how many there are if nothing is said (specification, C17).
    package static let pageSizes = 1...100
    package static let pageSize = 20
}
