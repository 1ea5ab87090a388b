/// The settings of identity resolution as a file of the store, so that whoever reads it without its daemon
/// attributes events as the daemon does.
///
/// ```
/// identity/_rules.json
/// {"implicit":true,"sharedDeviceUsers":10,"claimWindow":null,"crc32c":N}
/// ```
/// `claimWindow` is in µs; the last member is that of `CheckedJSON`. Without the file the defaults hold.
struct IdentityRules {
    static let path = joinPath(IdentityLake.directory, "_rules.json")

    let disk: any Disk

    /// - Throws: if the file is there and cannot be used: other rules would make other persons.
    func load() throws -> IdentityOptions {
        guard let bytes = try written() else { return IdentityOptions() }
        var options = IdentityOptions()
        guard let checked = CheckedJSON.checked(bytes),
            let rules = try? CatalogJSON.read(checked), let implicit = rules["implicit"]?.bool,
            let users = rules["sharedDeviceUsers"]?.integer.flatMap(Int.init(exactly:)),
            (0...IdentityLimits.sharedDeviceUsersMax).contains(users)
        else {
            throw StoreError.io("\(Self.path) is damaged; a start of the daemon writes it anew")
        }
        options.takesImplicitLinks = implicit
        options.sharedDeviceUsersMax = users
        if let window = rules["claimWindow"]?.integer, window >= 0 { options.claimWindow = window }
        return options
    }

    private func written() throws(DiskError) -> [UInt8]? {
        do throws(DiskError) {
            return try disk.readAll(Self.path)
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }

    /// Writes the rules, durable on return, unless the file says the same.
    func keep(_ options: IdentityOptions) throws {
        if let known = try? load(), known == options { return }
        let window = options.claimWindow.map { CatalogJSON.integer($0) } ?? .null
        let rules = CatalogJSON.object([
            .init("implicit", .bool(options.takesImplicitLinks)),
            .init("sharedDeviceUsers", .integer(Int64(options.sharedDeviceUsersMax))),
            .init("claimWindow", window),
        ])
        try disk.createDirectory(IdentityLake.directory)
        try disk.writeFile(Self.path, CheckedJSON.seal(Array(rules.text.utf8)), .replacing)
    }
}
