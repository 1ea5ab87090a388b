/// Who had part in a viewing.
extension ViewingIndex {
    func attribute(_ sample: EventSample, to number: Int32, _ quarter: Int32) {
        let person = names.person(user: sample.user, device: sample.device, at: sample.time)
        guard person >= 0 else { return }
        let viewing = viewings[Int(number)]
        let isOwn = sample.sender == viewing.sender
        let known = isOwn ? ownPerson(of: number, in: quarter) : -1
        if person == known { return }
        if isOwn, known < 0 {
            note(person, viewing.content, quarter)
            return setPerson(person, of: number, in: quarter)
        }
        addExtra(
            Extra(
                person: person, user: sample.user, device: sample.device, time: sample.time),
            to: number)
    }

    func ownPerson(of number: Int32, in quarter: Int32) -> Int32 {
        let part = viewings[Int(number)].part
        if part.quarter == quarter { return part.person }
        var person: Int32 = -1
        forEachOtherPart(of: number) { if $0.quarter == quarter { person = $0.person } }
        return person
    }

    func addExtra(_ extra: Extra, to number: Int32) {
        let isKnown = extras[number]?.contains {
            $0.person == extra.person && $0.user == extra.user
                && (extra.user >= 0 || $0.device == extra.device) && $0.quarter == extra.quarter
        }
        if isKnown == true { return }
        extras[number, default: []].append(extra)
        if extra.user < 0, extra.device >= 0 {
            extraViewings[extra.device, default: []].append(number)
        }
        viewings[Int(number)].flags.insert(.hasExtras)
        note(extra.person, viewings[Int(number)].content, extra.quarter)
    }

    /// Somebody has an event of a content, perhaps not the first one.
    private func note(_ person: Int32, _ content: Int32, _ quarter: Int32) {
        guard person >= 0 else { return }
        let place = quarters.place(of: quarter)
        quarters[place].persons.note(person)
        days.note(person, in: quarter)
        if contents[Int(content)].hasViewers, let known = viewers.index(forKey: content) {
            for place in viewers.values[known].indices
            where viewers.values[known][place].range?.contains(quarter) ?? true {
                let isNew = viewers.values[known][place].persons.insert(person).inserted
                if isNew { knownViewerCount += 1 }
            }
        }
        if contents[Int(content)].hasSignals { signals[content]?.note(person, in: quarter) }
    }

    /// Whose the events of a content are is to be looked up again.
    func forgetViewers(of content: Int32) {
        if contents[Int(content)].hasViewers {
            contents[Int(content)].hasViewers = false
            for known in viewers.removeValue(forKey: content) ?? [] {
                knownViewerCount -= known.persons.count
            }
        }
        if contents[Int(content)].hasSignals { signals[content]?.persons = nil }
    }

    /// Of all parts in a quarter: there may be two.
    func setPerson(_ person: Int32, of number: Int32, in quarter: Int32) {
        if viewings[Int(number)].part.quarter == quarter {
            viewings[Int(number)].part.person = person
        }
        guard viewings[Int(number)].isSplit, var next = partHeads[number] else { return }
        while next >= 0 {
            if otherParts[Int(next)].part.quarter == quarter {
                otherParts[Int(next)].part.person = person
            }
            next = otherParts[Int(next)].next
        }
    }

    /// Whose the events of a quarter are is to be looked up again.
    func forgetPersons(in quarter: Int32) {
        let place = quarters.place(of: quarter)
        quarters[place].persons.forget()
        days.forgetPersons(in: quarter)
    }

    /// The same for all quarters of a viewing.
    func forgetPersons(of number: Int32) {
        forgetPersons(in: viewings[Int(number)].part.quarter)
        forEachOtherPart(of: number) { forgetPersons(in: $0.quarter) }
        for extra in extras[number] ?? [] { forgetPersons(in: extra.quarter) }
    }

    func setExtras(_ list: [Extra], of number: Int32) {
        for extra in list { forgetPersons(in: extra.quarter) }
        extras[number] = list
    }

    /// Persons with an event in a range, some of them more than once; -1 is nobody.
    @inline(__always)
    func forEachPerson(of number: Int32, in range: Range<Int32>?, _ body: (Int32) -> Void) {
        let viewing = viewings[Int(number)]
        if range?.contains(viewing.part.quarter) ?? true { body(viewing.part.person) }
        if viewing.isPlain { return }
        forEachOtherPart(of: number) { part in
            if range?.contains(part.quarter) ?? true { body(part.person) }
        }
        if viewing.flags.contains(.hasExtras) {
            for extra in extras[number] ?? [] where range?.contains(extra.quarter) ?? true {
                body(extra.person)
            }
        }
    }
}
