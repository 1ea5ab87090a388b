/// What an operator may set of figures and signals.
package struct AnalyticsOptions: Sendable {
    /// Bytes for the index of viewings: some 130 for each.
    package var memoryMax = 512 << 20
    package var signals = SignalOptions()

    package init() {}
}
