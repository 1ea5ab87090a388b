#if canImport(Glibc)
    import Glibc
#endif

/// What libFuzzer's two entry points need, the same for each program. FUZZ_TARGET names the target; with
/// FUZZ_SEEDS, its seeds and words are written into that directory instead of fuzzing.
public enum FuzzDriver {
    nonisolated(unsafe) private static var target: FuzzTarget?

    /// Called once, before libFuzzer's threads and inputs.
    public static func begin(_ targets: [FuzzTarget]) {
        let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
        guard let found = targets.first(where: { $0.name == name }) else {
            fail("FUZZ_TARGET is one of \(targets.map(\.name).joined(separator: ", "))")
        }
        target = found
        guard let place = getenv("FUZZ_SEEDS") else { return }
        do {
            try write(found, into: String(cString: place))
        } catch {
            fail("\(error)")
        }
        exit(0)
    }

    public static func run(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        target?.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
        return 0
    }

    private static func write(_ target: FuzzTarget, into directory: String) throws {
        for (number, seed) in try target.seeds().enumerated() {
            write(seed, to: "\(directory)/seed-\(number)")
        }
        let words = target.words.map { word in
            "\"" + word.utf8.map { "\\x" + hex($0) }.joined() + "\"\n"
        }
        write(Array(words.joined().utf8), to: "\(directory).words")
        write(Array("\(target.lengthMax)\n".utf8), to: "\(directory).length")
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.utf8.count == 1 ? "0" + digits : digits
    }

    private static func write(_ bytes: [UInt8], to path: String) {
        guard let file = fopen(path, "w") else { fail("\(path) cannot be written") }
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
            fail("\(path) cannot be written")
        }
    }

    private static func fail(_ message: String) -> Never {
        print(message)
        exit(2)
    }
}
