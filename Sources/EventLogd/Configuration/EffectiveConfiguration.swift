import Configuration

/// Where settings come from, the strongest first: flags, environment, file, default.
package struct ConfigurationSources: Sendable {
    package struct Flag: Sendable {
        package let key: String
        package let text: String
        /// As it was written: `--store`.
        package let name: String

        package init(key: String, text: String, name: String) {
            self.key = key
            self.text = text
            self.name = name
        }
    }

    package var flags: [Flag] = []
    /// All of the process; `EVENTLOG_QUERY_DEADLINE` sets `query.deadline`.
    package var environment: [String: String] = [:]
    package var file: String?

    package init() {}
}

/// What the sources come to: every setting's value, where it is from, and all that is wrong.
package struct EffectiveConfiguration: Sendable {
    package struct Entry: Sendable, Hashable {
        package let key: String
        package let text: String
        /// `--store`, `EVENTLOG_STORE`, the file's path, or `default`.
        package let source: String
    }

    package private(set) var configuration = DaemonConfiguration()
    /// In the order of the table.
    package private(set) var entries: [Entry] = []
    package private(set) var problems: [ConfigurationProblem] = []
    /// Variables that look like settings and are none: perhaps a slip, perhaps somebody else's.
    package private(set) var unknownVariables: [String] = []

    /// Variables of the client, and of the tests.
    private static let otherVariables: Set = [
        "EVENTLOG_KEY_FILE", "EVENTLOG_BIN", "EVENTLOG_KILLS", "EVENTLOG_SEED",
    ]

    package init(_ sources: ConfigurationSources) {
        let flags = sources.flags.reduce(into: [String: ConfigurationSources.Flag]()) {
            if SettingsTable.find($1.key) == nil {
                problems.append(ConfigurationProblem(unknown: $1.key, in: $1.name))
            }
            $0[$1.key] = $1
        }
        let file = sources.file.map { ConfigurationFile.read($0, problems: &problems) } ?? [:]
        // A variable that is set to nothing is taken as not set, as shells make them.
        let variables = sources.environment.filter { !$0.value.isEmpty }
        let environment = EnvironmentVariablesProvider(environmentVariables: variables)
            .prefixKeys(with: "eventlog")
        let providers: [(provider: any ConfigProvider, source: (Setting, String) -> String)] = [
            (Self.provider(flags.mapValues(\.text)), { flags[$0.key]?.name ?? "" + $1 }),
            (environment, { $1 }),
            (Self.provider(file), { _, _ in sources.file ?? "" }),
        ]
        var knownVariables = Self.otherVariables
        for setting in SettingsTable.all {
            let key = AbsoluteConfigKey(setting.key.split(separator: ".").map(String.init))
            var found: (text: String, source: String)?
            for (provider, source) in providers {
                // Every value is a text here, so that all sources are judged by the same words.
                guard let result = try? provider.value(forKey: key, type: .string) else { continue }
                knownVariables.insert(result.encodedKey)
                guard found == nil, case .string(let text) = result.value?.content else { continue }
                found = (text, source(setting, result.encodedKey))
            }
            take(setting, found)
        }
        unknownVariables = variables.keys.filter {
            $0.hasPrefix("EVENTLOG_") && !knownVariables.contains($0)
        }.sorted()
        checkTogether()
    }

    /// This configuration once `new` was read again by a running daemon: what a start reads stays.
    package func applying(_ new: EffectiveConfiguration) -> EffectiveConfiguration {
        var result = self
        for (position, setting) in SettingsTable.all.enumerated() where setting.reload == .atReload
        {
            result.entries[position] = new.entries[position]
        }
        return result
    }

    private static func provider(_ texts: [String: String]) -> InMemoryProvider {
        InMemoryProvider(
            values: texts.reduce(into: [:]) {
                let key = AbsoluteConfigKey($1.key.split(separator: ".").map(String.init))
                $0[key] = ConfigValue(.string($1.value), isSecret: false)
            })
    }

    private mutating func take(_ setting: Setting, _ found: (text: String, source: String)?) {
        if let found {
            do {
                try setting.set(&configuration, found.text)
            } catch {
                problems.append(
                    ConfigurationProblem(
                        setting.key, "“\(found.text)” \(error.message) (\(found.source))"))
            }
        }
        entries.append(
            Entry(
                key: setting.key, text: setting.text(configuration),
                source: found?.source ?? "default"))
    }

    /// What no setting can be judged by alone.
    private mutating func checkTogether() {
        func refuse(_ key: String, _ message: String) {
            problems.append(ConfigurationProblem(key, message))
        }
        if configuration.store.isEmpty { refuse("store", "is not set: say where with --store DIR") }
        if !configuration.tcp.isEmpty, !LoopbackListener.isAddress(configuration.tcp) {
            refuse(
                "tcp",
                "“\(configuration.tcp)” is not 127.0.0.1:PORT or [::1]:PORT; for other machines put "
                    + "a proxy with TLS in front")
        }
        if !configuration.ingestSocket.isEmpty, configuration.ingestSocket == configuration.socket {
            refuse("ingestSocket", "is the same as socket")
        }
        let limits = configuration.limits
        if limits.connectionInFlightSizeMax > limits.ingestInFlightSizeMax {
            refuse(
                "limits.connectionInFlightSizeMax",
                "is larger than limits.ingestInFlightSizeMax, which is for all connections")
        }
        if limits.queriesPerPeerMax > limits.queryCountMax {
            refuse("query.perPeerMax", "is larger than query.countMax, which is for all users")
        }
    }
}
