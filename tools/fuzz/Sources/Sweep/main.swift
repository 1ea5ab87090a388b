import FuzzStore

#if canImport(Glibc)
    import Glibc
#endif

// store-sweep KIND [STEP] [PART]: damages a small store everywhere (`StoreSweep`), one case of STEP, the PART-th from 0 on.
// Lines of what was found, and at the end what became of all cases as JSON; how far it is, on standard error.
// Exit status: 0 nothing was found, 1 something was, 2 wrong usage.

func tell(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(2, bytes, bytes.count)
}

let arguments = CommandLine.arguments.dropFirst()
guard let name = arguments.first, let kind = StoreSweep.Kind(rawValue: name) else {
    tell(
        "store-sweep \(StoreSweep.Kind.allCases.map(\.rawValue).joined(separator: "|")) [STEP] [PART]"
    )
    exit(2)
}
let numbers = arguments.dropFirst().map { Int($0) ?? 0 }
let sweep = try StoreSweep()
tell(
    "bytes: \(sweep.sizes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))"
)
let counts = sweep.run(
    kind, step: max(1, numbers.first ?? 1), part: numbers.count > 1 ? numbers[1] : 0
) { tell($0.json) }
for line in counts.silent.prefix(200) { print(line) }
print(counts.json)
exit(counts.silent.isEmpty ? 0 : 1)
