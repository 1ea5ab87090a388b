import Glibc

/// What the system says about mounted file systems.
struct MountTable {
    struct Mount: Hashable {
        var type: String
        var options: [String]

        /// Whether new bytes of a file take the place of its old ones on the medium. A file system that
        /// copies on write, or puts data through its journal, keeps the old ones somewhere for a while.
        var overwritesInPlace: Bool {
            ["ext2", "ext3", "ext4", "xfs", "tmpfs"].contains(type)
                && !options.contains("data=journal")
        }
    }

    /// - Returns: `nil` if there is none of this device: some file systems have numbers of their own.
    static func mount(of device: dev_t) -> Mount? {
        guard let file = fopen("/proc/self/mountinfo", "re") else { return nil }
        defer { fclose(file) }
        var text: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 14)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 {
            text += piece[..<count]
        }
        return mount(of: device, in: String(decoding: text, as: UTF8.self))
    }

    /// - Parameter text: as in `proc_pid_mountinfo(5)`.
    static func mount(of device: dev_t, in text: String) -> Mount? {
        let number = Self.number(of: device)
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 3, fields[2] == number,
                let dash = fields.firstIndex(of: "-"), dash + 3 < fields.count
            else { continue }
            return Mount(
                type: String(fields[dash + 1]),
                options: fields[dash + 3].split(separator: ",").map(String.init))
        }
        return nil
    }

    /// Major and minor number, which the C library packs into one.
    private static func number(of device: dev_t) -> String {
        let major = device >> 8 & 0xFFF | device >> 32 & ~0xFFF
        let minor = device & 0xFF | device >> 12 & ~0xFF & 0xFFFF_FFFF
        return "\(major):\(minor)"
    }
}
