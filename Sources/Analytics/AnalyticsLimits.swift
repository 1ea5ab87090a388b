/// The bounds of what is kept and answered.
package enum AnalyticsLimits {
    /// Contents whose persons are kept between two questions.
    package static let knownViewersCountMax = 4096
    /// Contents whose signals are kept up with each event.
    package static let knownSignalsCountMax = 1024
    /// Buckets of one series.
    package static let bucketCountMax = 2000
    /// Contents of a page, and how many there are if nothing is said (specification, C17).
    package static let pageSizes = 1...100
    package static let pageSize = 20
}
