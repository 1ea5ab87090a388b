import EventLogd
import Glibc

/// What `--check-config` says.
struct ConfigurationReport {
    let effective: EffectiveConfiguration

    init(_ effective: EffectiveConfiguration) {
        self.effective = effective
    }

    /// Prints values to standard output and problems to standard error.
    /// - Returns: whether all is well.
    func printed() -> Bool {
        let width = effective.entries.map(\.key.count).max() ?? 0
        for entry in effective.entries {
            let name = entry.key + String(repeating: " ", count: width - entry.key.count)
            let value = entry.text.isEmpty ? "(not set)" : entry.text
            print("\(name) = \(value)   (\(entry.source))")
        }
        fflush(nil)
        for name in effective.unknownVariables {
            complain("eventlogd: note: \(name) is set in the environment and is no setting")
        }
        for problem in effective.problems { complain("eventlogd: \(problem)") }
        return effective.problems.isEmpty
    }

    private func complain(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        write(STDERR_FILENO, bytes, bytes.count)
    }
}
