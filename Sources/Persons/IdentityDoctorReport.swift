import Columns
import EventLog
import Query

/// What looks wrong about logins (`GET /v1/identity/doctor`); the names are those of the JSON.
package struct IdentityDoctorReport: Sendable, Codable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case sharedDevice, manyDevices, refusedAlias, placeholder, sameId
    }

    package struct Item: Sendable, Codable {
        /// A device, a person, a user id or a placeholder, as the kind says.
        package var id: String
        /// Devices of a person, events with a placeholder.
        package var count: Int?
        /// Of an alias: whom `id` should go by.
        package var to: String?
    }

    package struct Finding: Sendable, Codable {
        package var kind: Kind
        package var title: String
        /// What is wrong.
        package var meaning: String
        package var advice: String
        package var count: Int
        package var items: [Item]
        package var omitted: Int
    }

    /// Devices that any record names.
    package var devices: Int
    /// One of each kind, also where there is nothing to find.
    package var findings: [Finding]
}

extension PersonReader {
    func diagnosis(_ options: IdentityDoctorOptions) throws(PersonError) -> IdentityDoctorReport {
        let map = try map()
        var placeholders = PlaceholderCounts()
        for row in try sentPlaceholders() {
            if let text = row[0].text { placeholders.count(text, times: UInt64(row[1].count)) }
        }
        let found = map.diagnose(
            personDevicesMax: options.devicesMax, placeholders: placeholders)
        func finding(
            _ kind: IdentityDoctorReport.Kind, _ items: [IdentityDoctorReport.Item]
        ) -> IdentityDoctorReport.Finding {
            let words = kind.words(map.options.sharedDeviceUsersMax, options.devicesMax)
            let shown = Array(items.prefix(options.itemCountMax))
            return .init(
                kind: kind, title: words.title, meaning: words.meaning, advice: words.advice,
                count: items.count, items: shown, omitted: items.count - shown.count)
        }
        let words = found.placeholders.sorted {
            $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key
        }
        return IdentityDoctorReport(
            devices: found.deviceCount,
            findings: [
                finding(.sharedDevice, found.sharedDevices.map { .init(id: $0) }),
                finding(
                    .manyDevices,
                    found.megaPersons.map { .init(id: $0.person.id ?? "", count: $0.deviceCount) }
                ),
                finding(.refusedAlias, found.loops.map { .init(id: $0.from, to: $0.to) }),
                finding(.placeholder, words.map { .init(id: $0.key, count: Int($0.value)) }),
                finding(.sameId, found.sameIds.map { .init(id: $0) }),
            ])
    }

    /// Texts that were set aside from `userId` when events came in, and how many stored events have them.
    private func sentPlaceholders() throws(PersonError) -> [[Value]] {
        try rows(
            """
            FROM events |> WHERE userId IS NULL AND extra IS NOT NULL
            |> EXTEND json_value(extra, '$.userId') AS sent |> WHERE sent IS NOT NULL
            |> AGGREGATE count(*) AS events GROUP BY sent
            """)
    }
}

extension IdentityDoctorReport.Kind {
    fileprivate func words(
        _ usersMax: Int, _ devicesMax: Int
    ) -> (title: String, meaning: String, advice: String) {
        switch self {
        case .sharedDevice:
            (
                "shared devices",
                "More than \(usersMax) users were seen on each, so what has no user there is "
                    + "nobody's.",
                "Right for a TV or a kiosk. If a server sends for many users, let it leave deviceId "
                    + "out, or send the device's own."
            )
        case .manyDevices:
            (
                "persons with more than \(devicesMax) devices",
                "So many devices are rarely one person's; all that is done on them counts as one's.",
                "Look at one with `eventlog person show`. Often an app makes a new device id at "
                    + "each start, or a test account is used by many."
            )
        case .refusedAlias:
            (
                "refused aliases",
                "Both ids were one person already when the alias came, so it changed nothing.",
                "Nothing, if one person is what they are. To have the other id as the name, take "
                    + "the alias that came first back."
            )
        case .placeholder:
            (
                "user ids that stand for nobody",
                "Events came with a word as userId that clients send when there is no user; they "
                    + "count as events without one.",
                "Let the client leave userId out while nobody is logged in."
            )
        case .sameId:
            (
                "ids that are a device's and a user's",
                "Somebody sends one id in both places; they are kept apart, but one of them is "
                    + "probably made up.",
                "Let the client send the account as userId and its own installation as deviceId."
            )
        }
    }
}
