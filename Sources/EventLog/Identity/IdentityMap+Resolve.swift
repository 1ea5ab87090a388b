extension IdentityMap {
    /// Who an event is attributed to.
    /// - Parameters:
    ///   - user: its userId; a placeholder is as good as none.
    ///   - device: its deviceId.
    ///   - time: its effective time, µs since 1970 UTC.
    package func resolve(
        device: String?, user: String?, time: Int64, mode: PersonMode = .resolved
    ) -> Person {
        if let user, let person = person(ofUser: user, mode: mode) { return person }
        guard let device, !device.utf8.isEmpty else { return .none }
        var result = Person.none
        // The first interval begins at the least time.
        for interval in intervals(of: device, mode: mode) {
            guard interval.start <= time else { break }
            result = interval.person
        }
        return result
    }

    /// Rule 1; `nil` if `user` is a placeholder.
    package func person(ofUser user: String, mode: PersonMode = .resolved) -> Person? {
        if UserPlaceholder.matches(user) { return nil }
        return .user(mode == .raw ? user : canonical(user))
    }

    /// The id by which the person of `user` goes: `user` itself, unless an alias says otherwise.
    package func canonical(_ user: String) -> String {
        aliases.isEmpty ? user : aliases.root(of: IdentityName(user)).text
    }

    /// To whom the device's events without a user belong: ascending, the first from `Int64.min` on, no
    /// two neighbours with the same person.
    package func intervals(
        of device: String, mode: PersonMode = .resolved
    ) -> [PersonInterval] {
        guard let links = links(of: device) else {
            return [PersonInterval(start: .min, person: .anonymous(device: device, epoch: 0))]
        }
        guard mode == .resolved else {
            // A clear at the least time leaves nothing of the first epoch.
            let first = links.clears.first == .min ? 1 : 0
            return (first...links.clears.count).map {
                PersonInterval(
                    start: links.start(ofEpoch: $0),
                    person: .anonymous(device: device, epoch: $0))
            }
        }
        var result: [PersonInterval] = []
        for interval in links.intervals(claimWindow: options.claimWindow) {
            let person = person(of: interval, links, device: device)
            if result.last?.person == person { continue }
            result.append(PersonInterval(start: interval.start, person: person))
        }
        return result
    }
}
