/// A map as bytes, so that a start need not read every record again.
///
/// ```
/// "EIDM"                magic
/// varint  2             version
/// varint                guard: sharedDeviceUsersMax
/// 1 byte                whether implicit links count
/// 8 bytes               hash key, little-endian
/// varint                lastSeq
/// varint                devices; each an entry (`DevicePage`), in the order of (hash, device id)
/// varint                alias records; each: varint seq after the one before, byte 1 alias 0 unalias,
///                       two names (varint length, bytes)
/// varint                questions, ascending; each: name of the device, byte 1 and name or 0: user,
///                       varints from, through (modulo 2⁶⁴)
/// ```
/// Maps of one hash key that say the same are equal byte for byte. There is no checksum: that is the
/// file's. The decoder trusts nothing, and takes only what the encoder can have written.
extension IdentityMap {
    private static let magic: [UInt8] = Array("EIDM".utf8)
    private static let version: UInt64 = 2

    package func encode() -> [UInt8] {
        var writer = IdentityWriter()
        writer.bytes.reserveCapacity(devices.memorySize + 1024)
        writer.bytes += Self.magic
        writer.append(varint: Self.version)
        writer.append(count: options.sharedDeviceUsersMax)
        writer.bytes.append(options.takesImplicitLinks ? 1 : 0)
        for shift in stride(from: 0, to: 64, by: 8) {
            writer.bytes.append(UInt8(truncatingIfNeeded: options.hashKey >> UInt64(shift)))
        }
        writer.append(varint: lastSeq)
        writer.append(count: devices.count)
        devices.forEachPage { writer.bytes += $0.bytes }
        writer.append(count: aliases.records.count)
        var seq: UInt64 = 0
        for record in aliases.records {
            writer.append(varint: record.seq &- seq)
            writer.bytes.append(record.isAlias ? 1 : 0)
            writer.append(name: record.from.bytes)
            writer.append(name: record.to.bytes)
            seq = record.seq
        }
        writer.append(count: openQuestions.count)
        for question in questions {
            writer.append(name: Array(question.device.utf8))
            writer.bytes.append(question.user == nil ? 0 : 1)
            if let user = question.user { writer.append(name: Array(user.utf8)) }
            writer.append(time: question.from, after: 0)
            writer.append(time: question.through, after: 0)
        }
        return writer.bytes
    }

    /// Reads what `encode` wrote.
    /// - Parameter options: today's. A checkpoint of another guard, or with implicit links where they do not
    ///   count, is of no use; none depends on the window, and each has its own hash key.
    package init(
        decoding bytes: [UInt8], options: IdentityOptions
    ) throws(IdentityFormatError) {
        var reader = IdentityReader(bytes)
        for byte in Self.magic where try reader.readByte() != byte { throw .badMagic }
        let version = try reader.readVarint()
        guard version == Self.version else { throw .unknownVersion(version) }
        let usersMax = try reader.readVarint()
        let takesImplicitLinks = try reader.readByte()
        guard usersMax == UInt64(options.sharedDeviceUsersMax),
            takesImplicitLinks == (options.takesImplicitLinks ? 1 : 0)
        else { throw .otherOptions }
        var key: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 8) {
            key |= UInt64(try reader.readByte()) << UInt64(shift)
        }
        var options = options
        options.hashKey = key
        self.init(options: options)
        lastSeq = try reader.readVarint()
        devices = try Self.readDevices(&reader, options)
        aliases.apply(try Self.readAliases(&reader, lastSeq: lastSeq))
        openQuestions = try Self.readQuestions(&reader)
        guard reader.isAtEnd else { throw .badValue(at: reader.position) }
    }

    private static func readDevices(
        _ reader: inout IdentityReader, _ options: IdentityOptions
    ) throws(IdentityFormatError) -> DeviceTable {
        let count = try reader.readCount(of: 8)
        var pages: [DevicePage] = []
        var page = DevicePage()
        var last: (hash: UInt32, device: [UInt8])?
        for _ in 0..<count {
            let start = reader.position
            let (hash, device) = try readDevice(&reader, options)
            if let last {
                guard last.hash <= hash,
                    last.hash < hash || last.device.lexicographicallyPrecedes(device)
                else { throw .badValue(at: start) }
                let size = page.bytes.count + reader.position - start
                if size > IdentityLimits.pageSizeMax * 3 / 4, last.hash < hash {
                    pages.append(page)
                    page = DevicePage()
                }
            }
            page.append(reader.bytes[start..<reader.position])
            last = (hash, device)
        }
        if page.count > 0 { pages.append(page) }
        return DeviceTable(pages: pages)
    }

    /// Reads and checks an entry.
    private static func readDevice(
        _ reader: inout IdentityReader, _ options: IdentityOptions
    ) throws(IdentityFormatError) -> (hash: UInt32, device: [UInt8]) {
        let start = reader.position
        let hash = try reader.readHash()
        let size = try reader.readCount()
        let end = reader.position + size
        let device = try reader.readText()
        let links = try DeviceLinks(reading: &reader)
        guard reader.position == end, links.users.allSatisfy(\.isText),
            hash == IdentityName.hash(device.span, key: options.hashKey),
            links.isSettled(usersMax: options.sharedDeviceUsersMax)
        else { throw .badValue(at: start) }
        // The bytes must be the ones that these links have.
        var writer = IdentityWriter()
        var scratch = IdentityWriter()
        DevicePage.encode(links, of: device, hash: hash, scratch: &scratch, into: &writer)
        guard reader.bytes[start..<end].elementsEqual(writer.bytes) else {
            throw .badValue(at: start)
        }
        return (hash, device)
    }

    private static func readAliases(
        _ reader: inout IdentityReader, lastSeq: UInt64
    ) throws(IdentityFormatError) -> [AliasForest.Record] {
        var records: [AliasForest.Record] = []
        var seq: UInt64 = 0
        for index in 0..<(try reader.readCount(of: 6)) {
            let start = reader.position
            let step = try reader.readVarint()
            let (next, isPastEnd) = seq.addingReportingOverflow(step)
            let kind = try reader.readByte()
            guard !isPastEnd, index == 0 || step > 0, next <= lastSeq, kind <= 1 else {
                throw .badValue(at: start)
            }
            seq = next
            records.append(
                AliasForest.Record(
                    seq: seq, isAlias: kind == 1, from: IdentityName(try reader.readText()),
                    to: IdentityName(try reader.readText())))
        }
        return records
    }

    private static func readQuestions(
        _ reader: inout IdentityReader
    ) throws(IdentityFormatError) -> Set<IdentityQuestion> {
        var questions: Set<IdentityQuestion> = []
        var last: IdentityQuestion?
        for _ in 0..<(try reader.readCount(of: 5)) {
            let start = reader.position
            let device = IdentityName(try reader.readText()).text
            let hasUser = try reader.readByte()
            guard hasUser <= 1 else { throw .badValue(at: start) }
            let user = hasUser == 1 ? IdentityName(try reader.readText()).text : nil
            let question = IdentityQuestion(
                device: device, user: user, from: try reader.readTime(after: 0),
                through: try reader.readTime(after: 0))
            guard question.from <= question.through,
                last.map({ IdentityQuestion.precedes($0, question) }) ?? true
            else { throw .badValue(at: start) }
            last = question
            questions.insert(question)
        }
        return questions
    }
}
