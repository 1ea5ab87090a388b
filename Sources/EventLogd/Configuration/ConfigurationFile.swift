import EventLog
import Glibc

/// The file of settings: one JSON object, levels within each other or with dots in the names.
///
/// ```
/// {"store": "/var/lib/eventlog", "query": {"deadline": "30s"}, "limits.backlog": 4096}
/// ```
enum ConfigurationFile {
    /// Bytes: all settings take a few KiB.
    static let sizeMax = 1 << 20

    /// Texts by key. Everything that is wrong is added to `problems`.
    static func read(
        _ path: String, problems: inout [ConfigurationProblem]
    ) -> [String: String] {
        switch contents(of: path) {
        case .success(let bytes): return read(bytes, path: path, problems: &problems)
        case .failure(let problem):
            problems.append(problem)
            return [:]
        }
    }

    static func read(
        _ bytes: [UInt8], path: String, problems: inout [ConfigurationProblem]
    ) -> [String: String] {
        let document: CatalogJSON
        do {
            document = try CatalogJSON.read(bytes)
        } catch {
            let before = bytes.prefix(error.offset)
            let line = 1 + before.count { $0 == 0x0A }
            let column = 1 + before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0)
            problems.append(
                ConfigurationProblem("\(path):\(line):\(column)", "is not JSON: \(error.message)"))
            return [:]
        }
        guard case .object(let fields) = document else {
            problems.append(ConfigurationProblem(path, "is not a JSON object"))
            return [:]
        }
        var texts: [String: String] = [:]
        add(fields, under: "", path, &texts, &problems)
        return texts
    }

    private static func add(
        _ fields: [CatalogJSON.Field], under prefix: String, _ path: String,
        _ texts: inout [String: String], _ problems: inout [ConfigurationProblem]
    ) {
        for field in fields {
            let key = prefix + field.name
            let text: String
            switch field.value {
            case .object(let inner):
                guard SettingsTable.find(key)?.isMap == true else {
                    if SettingsTable.all.contains(where: { $0.key.hasPrefix(key + ".") }) {
                        add(inner, under: key + ".", path, &texts, &problems)
                    } else {
                        problems.append(ConfigurationProblem(unknown: key, in: path))
                    }
                    continue
                }
                text = inner.map { "\($0.name)=\($0.value.string ?? "")" }
                    .joined(separator: ",")
            case .string(let value): text = value
            case .integer(let value): text = "\(value)"
            case .bool(let value): text = "\(value)"
            case .double, .null, .array:
                problems.append(
                    ConfigurationProblem(
                        key, "is not a text, a whole number, true or false (\(path))"))
                continue
            }
            guard SettingsTable.find(key) != nil else {
                problems.append(ConfigurationProblem(unknown: key, in: path))
                continue
            }
            if texts.updateValue(text, forKey: key) != nil {
                problems.append(ConfigurationProblem(key, "stands twice in \(path)"))
            }
        }
    }

    private static func contents(of path: String) -> Result<[UInt8], ConfigurationProblem> {
        func failure(_ message: String) -> Result<[UInt8], ConfigurationProblem> {
            .failure(ConfigurationProblem(path, message))
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            return failure("cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: sizeMax + 1)
        var count = 0
        while count < bytes.count {
            let part = bytes[count...].withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            if part < 0, errno == EINTR { continue }
            guard part >= 0 else {
                return failure("cannot be read: \(String(cString: strerror(errno)))")
            }
            if part == 0 { break }
            count += part
        }
        guard count <= sizeMax else {
            return failure("is larger than \(SettingForm.text(bytes: sizeMax))")
        }
        return .success(Array(bytes[..<count]))
    }
}
