@testable import EventLogd

/// The file of settings: texts or problems, and each text judged.
enum SettingsEntry {
    static func run(_ bytes: [UInt8]) {
        var problems: [ConfigurationProblem] = []
        let texts = ConfigurationFile.read(bytes, path: "f", problems: &problems)
        var configuration = DaemonConfiguration()
        for setting in SettingsTable.all {
            guard let text = texts[setting.key] else { continue }
            guard (try? setting.set(&configuration, text)) != nil else { continue }
            // What is taken is shown as a text that is taken again.
            let shown = setting.text(configuration)
            var again = configuration
            precondition(
                (try? setting.set(&again, shown)) != nil, "\(setting.key) is shown as \(shown)")
            precondition(setting.text(again) == shown, "\(setting.key) is shown as \(shown)")
        }
        for problem in problems { precondition(!"\(problem)".isEmpty) }
    }

    static let words =
        SettingsTable.all.map { "\"\($0.key)\":" } + [
            "\"5min\"", "\"16MiB\"", "\"36500d\"", "true", "\"0660\"",
        ]

    static let seeds = [
        #"{"store": "/var/lib/eventlog", "query": {"deadline": "30s"}, "archive": true, "limits.backlog": 4096}"#,
        #"{"socketMode":"0666","retention":{"raw":"90d","maxBytes":"1GiB"},"seal":{"rows":100,"age":"5min"}}"#,
        #"{"signals.weights":"recency=0.25,engagement=0.25,geography=0.15,topicAffinity=0.2,completionRate=0.15"}"#,
        #"{"ingest":{"percentComplete":{"app":"percent"}},"tcp":"127.0.0.1:80","archiver":{"command":"cp %p %f"}}"#,
    ].map { Array($0.utf8) }
}
