/// What an operator may set of figures and signals.
package struct AnalyticsOptions: Sendable {
    /// Bytes for the index of viewings: some 80 for each.
    package var memoryMax = 512 << 20
    /// How long the index is kept when nobody asks.
    package var keepTime: Duration = .seconds(900)
    package var signals = SignalOptions()

    package init() {}
}
