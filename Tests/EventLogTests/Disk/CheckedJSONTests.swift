import Columns
import TestSupport
import Testing

@testable import EventLog

@Suite("Small files of JSON with a checksum")
struct CheckedJSONTests {
    private static let object = Array("{\"users\":[\"a\"],\"n\":10}\n".utf8)

    @Test(
        "what was written is taken, also by who knows of no checksum, and so is a file from before")
    func sound() throws {
        let bytes = CheckedJSON.seal(Self.object)
        #expect(CheckedJSON.checked(bytes) == bytes)
        #expect(try CatalogJSON.read(bytes)["n"] == .integer(10))
        #expect(CheckedJSON.checked(Self.object) == Self.object)
        #expect(CheckedJSON.checked([]) == nil)
    }

    @Test("a changed byte never makes another value")
    func changed() throws {
        let bytes = CheckedJSON.seal(Self.object)
        for place in bytes.indices {
            for mask in 1...255 as ClosedRange<UInt8> {
                var other = bytes
                other[place] ^= mask
                guard let taken = CheckedJSON.checked(other),
                    let read = try? CatalogJSON.read(taken)
                else { continue }
                #expect(read["n"] == .integer(10), "byte \(place) ^ \(mask)")
                #expect(read["users"] == .array([.string("a")]), "byte \(place) ^ \(mask)")
            }
        }
    }

    @Test("a damaged request for an erasure is about nobody, and is told")
    func requests() throws {
        let disk = SimulatedDisk()
        let store = try EventStore.open("s", on: disk, options: StoreOptions())
        let id = try store.requestErasure(of: "user-1").id
        try store.close()
        let path = "erasure/\(id).request"
        let text = String(decoding: try #require(disk.content(of: path)), as: UTF8.self)
        #expect(text.contains("user-1"))
        disk.place(Array(text.replacing("user-1", with: "user-2").utf8), at: path)
        let loaded = try ErasureDirectory(disk: disk).load()
        #expect(loaded.scopes.isEmpty)
        #expect(loaded.damage.map(\.file) == [path])
    }

    @Test("a changed byte of the key of erasures makes it none; one from before is taken")
    func keys() {
        let bytes = ErasureKey(identityKey: 5, random: { 7 }).bytes
        #expect(ErasureKey(bytes)?.identityKey == 5)
        for place in bytes.indices {
            var other = bytes
            other[place] ^= 1
            #expect(ErasureKey(other) == nil)
        }
        var old = Array(bytes.dropLast(4))
        old[4] = 1
        #expect(ErasureKey(old)?.identityKey == 5)
    }

    @Test("changed rules of identity are refused")
    func rules() throws {
        let disk = SimulatedDisk()
        var options = IdentityOptions()
        options.sharedDeviceUsersMax = 11
        try IdentityRules(disk: disk).keep(options)
        #expect(try IdentityRules(disk: disk).load() == options)
        var bytes = try #require(disk.content(of: IdentityRules.path))
        let digit = try #require(bytes.firstIndex(of: UInt8(ascii: "1")))
        bytes[digit] ^= 3
        disk.place(bytes, at: IdentityRules.path)
        #expect(throws: StoreError.self) { try IdentityRules(disk: disk).load() }
    }
}
