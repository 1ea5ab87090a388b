/// What becomes of settings when they are read again.
package struct ConfigurationChange: Sendable, Hashable {
    /// `query.deadline: 1min → 30s`, in force at once.
    package var applied: [String] = []
    /// The same for what a start reads only.
    package var needsRestart: [String] = []

    package init(
        from old: EffectiveConfiguration, to new: EffectiveConfiguration
    ) {
        for (setting, (before, after)) in zip(SettingsTable.all, zip(old.entries, new.entries))
        where before.text != after.text {
            let line = "\(setting.key): \(before.text) → \(after.text)"
            switch setting.reload {
            case .atReload: applied.append(line)
            case .atStart: needsRestart.append(line)
            }
        }
    }
}
