package import EventLog
import FoundationEssentials

/// `keys.json` in the store's directory: who wrote it last has written all of it, durably.
///
/// ```
/// {"version":1,"keys":[{"id":"…","kind":"publishable","sha256":"…","created":"…",…}],"crc32c":N}
/// ```
/// The last member is that of `CheckedJSON`: a key that a changed byte gives more time, or another role, is none.
package struct KeyFile: Sendable {
    package static let path = "keys.json"
    /// Bytes: far above `KeyRing.countMax` records with long names.
    static let sizeMax = 1 << 20
    private static let version = 1

    private let disk: any Disk

    /// - Parameter disk: rooted at the store's directory. Files made by it are private (0600).
    package init(on disk: any Disk) {
        self.disk = disk
    }

    /// - Returns: an empty ring if there is no file yet.
    package func load() throws(KeyError) -> KeyRing {
        let bytes: [UInt8]
        do {
            bytes = try disk.readAll(Self.path, sizeMax: Self.sizeMax)
        } catch  where error.isNotFound {
            return KeyRing()
        } catch {
            throw .file("\(Self.path): \(error)")
        }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        do {
            guard let checked = CheckedJSON.checked(bytes) else {
                throw KeyError.file(
                    "\(Self.path): damaged, or changed by hand (then leave out its crc32c)")
            }
            let content = try decoder.decode(Content.self, from: Data(checked))
            guard content.version == Self.version else {
                throw KeyError.file("\(Self.path): version \(content.version) is not known")
            }
            return KeyRing(content.keys)
        } catch let error as KeyError {
            throw error
        } catch {
            // What the decoder says may quote the file.
            throw .file("\(Self.path): not a file of keys; it is left as it is")
        }
    }

    /// Durable when it returns; after an error the old file is in place.
    package func save(_ ring: KeyRing) throws(KeyError) {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do {
            let content = Content(version: Self.version, keys: ring.records)
            let text = Array(try encoder.encode(content))
            try disk.writeFile(Self.path, CheckedJSON.seal(text), .replacing)
        } catch {
            throw .file("\(Self.path): \(error)")
        }
    }

    private struct Content: Codable {
        var version: Int
        var keys: [KeyRecord]
    }
}
