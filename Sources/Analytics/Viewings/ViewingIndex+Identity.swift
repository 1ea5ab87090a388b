import EventLog

/// How the index keeps up with who is who.
extension ViewingIndex {
    func follow(_ attribution: Attribution) {
        let devices = names.follow(attribution.map, changed: attribution.changedDevices)
        if attribution.changedDevices == nil {
            for number in viewings.indices where viewings[number].user >= 0 {
                reattribute(Int32(number))
            }
        }
        guard !devices.isEmpty else { return }
        for device in devices {
            var number = names.deviceHeads[Int(device)]
            while number >= 0 {
                reattribute(number)
                number = viewings[Int(number)].nextOfSender
            }
        }
        // What a user did stays theirs, whatever becomes of devices.
        let concerned =
            attribution.changedDevices == nil
            ? Set(extras.keys) : Set(devices.lazy.flatMap { self.extraViewings[$0] ?? [] })
        for number in concerned {
            guard let list = extras[number] else { continue }
            setExtras(
                list.map { extra in
                    var later = extra
                    later.person = names.person(
                        user: extra.user, device: extra.device, at: extra.time)
                    return later
                }, of: number)
            forgetViewers(of: viewings[Int(number)].content)
        }
    }

    private func reattribute(_ number: Int32) {
        let viewing = viewings[Int(number)]
        forgetViewers(of: viewing.content)
        reattribute(viewing.part, of: number, viewing)
        forEachOtherPart(of: number) { reattribute($0, of: number, viewing) }
    }

    private func reattribute(_ part: ViewingPart, of number: Int32, _ viewing: Viewing) {
        // Nothing here is of the viewing's own actor.
        guard part.person >= 0 else { return }
        let first = names.person(
            user: viewing.user, device: viewing.device, at: part.firstTime)
        if first != part.person {
            forgetPersons(in: part.quarter)
            setPerson(first, of: number, in: part.quarter)
        }
        guard viewing.user < 0, viewing.device >= 0 else { return }
        let last = names.person(ofDevice: viewing.device, at: part.lastTime)
        if last != first {
            addExtra(
                Extra(person: last, user: -1, device: viewing.device, time: part.lastTime),
                to: number)
        }
    }
}
