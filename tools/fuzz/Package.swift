// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that building the programs never pays for it. Built by `tools/fuzz/run`, which adds
// -sanitize=fuzzer and -enable-testing: the entries reach what is internal. The same entries are replayed by the
// unit tests (FuzzTests in the main package).

/// One program per group: what a program does not link need not be looked at after each execution.
func fuzzer(
    _ name: String, _ group: String, _ modules: [String], _ others: [Target.Dependency] = []
) -> [Target] {
    [
        .target(
            name: "Fuzz\(group)",
            dependencies: modules.map { .product(name: $0, package: "eventlog") } + others
                + ["FuzzHarness"],
            path: "Sources/Entries/\(group)"),
        .executableTarget(
            name: name, dependencies: [.target(name: "Fuzz\(group)"), "FuzzHarness"],
            path: "Sources/Drivers/\(group)",
            swiftSettings: [.unsafeFlags(["-parse-as-library"])]),
    ]
}

let package = Package(
    name: "fuzz",
    dependencies: [
        .package(name: "eventlog", path: "../.."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [.target(name: "FuzzHarness")]
        + fuzzer("fuzz-parquet", "Parquet", ["Columns", "Parquet"])
        + fuzzer("fuzz-store", "Store", ["Columns", "Parquet", "EventLog", "TestSupport"])
        + fuzzer("fuzz-query", "Query", ["Columns", "Query"])
        + fuzzer(
            "fuzz-daemon", "Daemon", ["EventLog", "EventLogd", "Keys", "TestSupport"],
            [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ])
        // Without a fuzzer, for `tools/prove damage`: what counts is how many cases a second it looks at.
        + [
            .executableTarget(
                name: "store-sweep", dependencies: ["FuzzStore"], path: "Sources/Sweep")
        ],
    swiftLanguageModes: [.v6]
)
