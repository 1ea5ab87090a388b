/// The table of settings for people: `docs/Configuration.md` and the end of `--help`.
package enum SettingsPage {
    /// Lines of Markdown. What the page has between its two marks must be this.
    package static var markdown: String {
        let head = [
            "| Setting | Values | Default | Changes at | Meaning |", "|---|---|---|---|---|",
        ]
        let rows = SettingsTable.all.map { setting in
            let standard = setting.standard.isEmpty ? "–" : "`\(setting.standard)`"
            let reload =
                switch setting.reload {
                case .atReload: "SIGHUP"
                case .atStart: "start"
                }
            return
                "| `\(setting.key)` | \(setting.form) | \(standard) | \(reload) | \(setting.help) |"
        }
        return (head + rows).joined(separator: "\n") + "\n"
    }

    /// Names and defaults, a line each.
    package static var help: String {
        SettingsTable.all.map { setting in
            setting.standard.isEmpty ? "  \(setting.key)" : "  \(setting.key)=\(setting.standard)"
        }.joined(separator: "\n")
    }
}
