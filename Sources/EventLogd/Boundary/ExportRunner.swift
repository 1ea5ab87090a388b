package import Columns
package import EventLog

/// Makes the content of an export; in the product from a snapshot of the store.
package protocol ExportRunner: Sendable {
    /// Runs on the calling thread, and returns soon after `cancellation` is cancelled, with an error.
    /// - Parameters:
    ///   - output: takes the bytes of the file in order.
    ///   - progress: is told how far it is.
    func run(
        _ request: ExportRequest, cancellation: CancellationSignal,
        output: @escaping ([UInt8]) throws -> Void, progress: (ExportJob.Counts) -> Void
    ) throws -> ExportResult
}

package struct ExportResult: Sendable {
    package var counts: ExportJob.Counts
    /// What could not be read. Not empty: the export lacks it.
    package var damage: [Damage]

    package init(counts: ExportJob.Counts, damage: [Damage]) {
        self.counts = counts
        self.damage = damage
    }
}

/// Nobody wants it any more.
package struct ExportCancelled: Error {
    package init() {}
}
