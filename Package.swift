// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// The texts of `eventlog report`.
let reports = [
    "content.v2", "dropoff.v1", "heatmap.v1", "overview.v2", "quality.v1", "realtime.v1",
    "retention.v1", "swipes.v1", "top.v1",
]

/// The page at `/`: served as it stands here, by `PageFile`.
let page = [
    "api.js", "app.js", "charts.js", "content.js", "course.js", "dom.js", "engagement.js",
    "format.js", "icon.svg", "index.html", "item.js", "live.js", "overview.js", "page.css",
    "quality.js", "query.js", "range.js", "retention.js", "route.js", "states.js", "table.js",
]

let package = Package(
    name: "eventlog",
    products: [
        .executable(name: "eventlogd", targets: ["eventlogd"]),
        .executable(name: "eventlog", targets: ["eventlog"]),
        .executable(name: "eventlog-generate", targets: ["eventlog-generate"]),
        // For tools/fuzz, a package of its own: no promise to others.
        .library(name: "Columns", targets: ["Columns"]),
        .library(name: "Parquet", targets: ["Parquet"]),
        .library(name: "EventLog", targets: ["EventLog"]),
        .library(name: "Query", targets: ["Query"]),
        .library(name: "EventLogd", targets: ["EventLogd"]),
        .library(name: "Keys", targets: ["Keys"]),
        .library(name: "TestSupport", targets: ["TestSupport"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
    ],
    targets: [
        // Foreign code: two compression libraries, regular expressions, a checksum instruction.
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CChecksum"),
        .target(name: "CChild"),
        .target(name: "CHeap"),
        .target(name: "CPriority"),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),

        // The layers, lowest first. An arrow never points upward.
        .target(name: "Columns", swiftSettings: strict),
        .target(
            name: "Parquet", dependencies: ["Columns", "CChecksum", "CLZ4", "CZlib"],
            swiftSettings: strict),
        .target(
            name: "EventLog",
            dependencies: [
                "Columns", "Parquet", "CLZ4", "CZlib", "CChecksum",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: strict),
        .target(
            name: "Keys",
            dependencies: ["EventLog", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict),
        .target(name: "Query", dependencies: ["Columns", "CRE2"], swiftSettings: strict),
        .target(
            name: "Persons", dependencies: ["Columns", "EventLog", "Query"], swiftSettings: strict),
        .target(name: "OpenAPI", swiftSettings: strict),
        .target(
            name: "Analytics", dependencies: ["Columns", "EventLog", "Query"],
            swiftSettings: strict),
        .target(
            name: "EventLogd",
            dependencies: [
                "Analytics", "CChild", "CHeap", "CPriority", "Columns", "CZlib", "EventLog", "Keys",
                "OpenAPI", "Persons", "Query",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: page.map { .embedInCode("Page/\($0)") },
            swiftSettings: strict),

        // The programs. The client's pure half is a library, so that tests reach it.
        .target(name: "Shell", dependencies: ["Query"], path: "tools/shell", swiftSettings: strict),
        .executableTarget(
            name: "eventlogd",
            dependencies: [
                "EventLogd", "EventLog", "Keys", "Query",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "tools/eventlogd", swiftSettings: strict),
        .executableTarget(
            name: "eventlog",
            dependencies: [
                "Columns", "Parquet", "EventLog", "Keys", "OpenAPI", "Persons", "Query", "Shell",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "tools/eventlog",
            resources: reports.map { .embedInCode("Reports/\($0).sql") }
                + ["clickhouse", "duckdb", "spark"].map { .embedInCode("Lake/\($0).sql") },
            swiftSettings: strict),
        .executableTarget(
            name: "eventlog-generate",
            dependencies: [.product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "tools/generate", swiftSettings: strict),

        // The tests, a folder per target.
        .target(
            name: "TestSupport", dependencies: ["Columns", "Parquet", "EventLog"],
            path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(
            name: "ColumnsTests", dependencies: ["Columns", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "ParquetTests", dependencies: ["Parquet", "CZlib", "Columns", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "EventLogTests", dependencies: ["EventLog", "Columns", "Parquet", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "KeysTests", dependencies: ["Keys", "EventLog", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "QueryTests", dependencies: ["Query", "Columns", "TestSupport"],
            exclude: ["Scripts"],
            swiftSettings: strict),
        .testTarget(
            name: "AnalyticsTests",
            dependencies: ["Analytics", "EventLog", "Columns", "Query", "TestSupport"],
            swiftSettings: strict),
        // What tools/fuzz runs for hours, for seconds; its entries are not held to be a library.
        .target(
            name: "FuzzHarness", path: "tools/fuzz/Sources/FuzzHarness", swiftSettings: strict),
        .testTarget(
            name: "FuzzTests",
            dependencies: [
                "Columns", "EventLog", "EventLogd", "FuzzHarness", "Keys", "Parquet", "Query",
                "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "tools/fuzz/Sources",
            exclude: ["Drivers", "Entries/Store/UnsealedFile.swift", "FuzzHarness", "Sweep"],
            sources: ["Entries", "Replay"]),
        .testTarget(
            name: "ShellTests", dependencies: ["Shell", "Query"], swiftSettings: strict),
        .testTarget(
            name: "EventLogdTests",
            dependencies: [
                "Analytics", "EventLogd", "EventLog", "Keys", "OpenAPI", "Persons", "Query",
                "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
