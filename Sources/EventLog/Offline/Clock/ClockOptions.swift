/// From where on clocks are worth a word. All in µs.
package struct ClockOptions: Sendable, Hashable {
    /// The wall clock against time passed, from one commit to the next.
    package var stepMin: Int64 = 1_000_000
    /// Nothing received.
    package var gapMin: Int64 = 600_000_000
    /// Events that were received at one moment, by the clock: more than a batch has.
    package var equalRunMin = 10_000
    /// A producer's or a device's clock against ours.
    package var skewMin: Int64 = 60_000_000
    /// A client's time before this, since 1970 UTC (2000-01-01), or so far ahead of ours, is no time.
    package var wildBefore: Int64 = 946_684_800_000_000
    package var wildAhead: Int64 = 365 * 86_400_000_000
    /// Events that an estimate needs.
    package var eventCountMin = 20
    /// Producers whose clocks are told apart; further ones are counted together.
    package var producerCountMax = Limits.clockProducerCountMax
    /// Devices of which something is remembered.
    package var deviceCountMax = Limits.clockDeviceCountMax

    package init() {}
}
