import Analytics
import EventLog
import FoundationEssentials
import Keys
import NIOHTTP1
import OpenAPI
import Persons
import Query
import Testing

@testable import EventLogd

/// The document against the code: a route, a word or a limit that one of them has alone is an error.
@Suite("The OpenAPI document")
struct OpenAPITests {
    private let root = OpenAPIDocument(version: "1.2.3", needsKey: true).root

    private struct Described {
        var path: String
        var method: String
        var operation: JSONNode

        var id: String { operation["operationId"]?.string ?? "" }
        var parameters: [JSONNode] { operation["parameters"]?.array ?? [] }
    }

    private var operations: [Described] {
        (root["paths"]?.object ?? [:]).flatMap { path, methods in
            (methods.object ?? [:]).map {
                Described(path: path, method: $0.key.uppercased(), operation: $0.value)
            }
        }
    }

    /// What a reference stands for, or the node itself.
    private func resolved(_ node: JSONNode) -> JSONNode? {
        guard let reference = node["$ref"]?.string else { return node }
        return reference.split(separator: "/").dropFirst().reduce(Optional(root)) {
            $0?[String($1)]
        }
    }

    private func schema(_ name: String, _ members: String...) -> JSONNode? {
        members.reduce(root["components"]?["schemas"]?[name]) { $0.flatMap(resolved)?[$1] }
            .flatMap(resolved)
    }

    private func words(_ node: JSONNode?) -> Set<String> {
        Set((node?["enum"]?.array ?? []).compactMap(\.string))
    }

    @Test("it has every route with every method and its role, and no other")
    func routes() {
        let described = operations.map {
            "\($0.method) \($0.path) \($0.operation["x-role"]?.string ?? "")"
        }
        // HEAD goes where GET goes.
        let routed = Route.allCases.flatMap { route in
            route.methods.filter { $0 != .HEAD }.map {
                "\($0.rawValue) \(route.path) \(route.role(for: $0)?.name ?? "")"
            }
        }
        #expect(described.sorted() == routed.sorted())
        // A tail has no end whose length a HEAD could tell.
        for route in Route.allCases where route != .tailEvents {
            #expect(route.methods.contains(.GET) == route.methods.contains(.HEAD), "\(route.path)")
        }
    }

    @Test("an Idempotency-Key is described where it means something")
    func idempotency() throws {
        for described in operations {
            let route = try #require(Route.named(described.path))
            let isRepeatable = described.method == "POST" && route.isRepeatable
            let isMarked = described.operation["x-idempotent"] == true
            #expect(isMarked == isRepeatable, "\(described.id)")
            let names = described.parameters.compactMap { resolved($0)?["name"]?.string }
            #expect(names.contains("Idempotency-Key") == isRepeatable, "\(described.id)")
        }
        let key = try #require(root["components"]?["parameters"]?["IdempotencyKey"]?["schema"])
        #expect(key["maxLength"] == .integer(DaemonLimits().idempotencyKeySizeMax))
    }

    @Test("it has the parameters that a route reads, and flags are flags")
    func parameters() throws {
        var named: [String: RouteParameters] = [:]
        for described in operations {
            var parameters = named[described.path] ?? RouteParameters()
            for parameter in described.parameters.compactMap(resolved) {
                let name = try #require(parameter["name"]?.string)
                switch parameter["in"]?.string {
                case "path": #expect(described.path.contains("{\(name)}"))
                case "query":
                    if parameter["schema"] == ["$ref": "#/components/schemas/Flag"] {
                        parameters.flags.insert(name)
                    } else {
                        parameters.values.insert(name)
                    }
                default: break
                }
            }
            named[described.path] = parameters
            let hasID = described.parameters.contains { resolved($0)?["in"] == "path" }
            #expect(described.path.contains("{") == hasID, "\(described.id)")
        }
        for route in Route.allCases {
            #expect(named[route.path] == route.parameters, "\(route.path)")
        }
        #expect(words(schema("Flag")) == Set(RequestTarget.flagTexts.keys))
    }

    @Test("the names of figures, metrics and lengths of buckets are those of the code")
    func figures() {
        #expect(
            words(schema("FigureName")) == Set(Figure.allCases.map(\.rawValue) + ["contentId"]))
        #expect(words(schema("Metric")) == Set(Metric.allCases.map(\.rawValue)))
        #expect(words(schema("Granularity")) == Set(CalendarUnit.allCases.map(\.rawValue)))
    }

    @Test("each operation has a name of its own, a summary, a tag that is explained, and an answer")
    func names() {
        #expect(Set(operations.map(\.id)).count == operations.count)
        let tags = (root["tags"]?.array ?? []).compactMap { $0["name"]?.string }
        #expect(Set(tags).count == tags.count)
        for described in operations {
            #expect(described.operation["summary"]?.string != nil, "\(described.id)")
            #expect(described.operation["tags"]?.array?.first?.string.map(tags.contains) == true)
            let statuses = described.operation["responses"]?.object.map { Array($0.keys) } ?? []
            #expect(statuses.contains { $0.hasPrefix("2") } && statuses.contains("401"))
            // Examples are sent by the tests.
            for content in described.operation["requestBody"]?["content"]?.object ?? [:] {
                #expect(content.value["examples"]?.object?.isEmpty == false, "\(described.id)")
            }
        }
    }

    @Test("every reference leads somewhere, and nothing is described that nothing leads to")
    func references() {
        var used: Set<String> = []
        func walk(_ node: JSONNode) {
            if let reference = node["$ref"]?.string {
                #expect(resolved(node) != nil, "\(reference)")
                used.insert(reference)
            }
            node.array?.forEach(walk)
            node.object?.values.forEach(walk)
        }
        walk(root)
        for kind in ["schemas", "parameters", "responses", "headers"] {
            for name in (root["components"]?[kind]?.object ?? [:]).keys {
                #expect(used.contains("#/components/\(kind)/\(name)"), "\(kind)/\(name)")
            }
        }
    }

    @Test("its words are those of the code")
    func enumerations() {
        func expect<Word: RawRepresentable<String> & CaseIterable>(
            _ node: JSONNode?, _ type: Word.Type
        ) {
            #expect(words(node) == Set(Word.allCases.map(\.rawValue)), "\(type)")
        }
        expect(schema("ResultFormat"), QueryFormat.self)
        expect(schema("Charset"), ResultLayout.Charset.self)
        expect(schema("Expansion"), ResultLayout.Expansion.self)
        expect(schema("ExportFormat"), ExportRequest.Format.self)
        expect(schema("ExportCompression"), ExportRequest.Compression.self)
        expect(schema("ExportDataType"), ExportRequest.DataType.self)
        expect(schema("ExportStatus"), ExportJob.Status.self)
        expect(schema("KeyKind"), KeyRecord.Kind.self)
        expect(schema("Key", "properties", "environment"), KeyEnvironment.self)
        expect(
            schema("Diagnosis", "properties", "findings", "items", "properties", "kind"),
            IdentityDoctorReport.Kind.self)
        #expect(words(schema("RoleName")) == Set(Role.allCases.map(\.name)))
        #expect(words(schema("Nobody")) == EventType.placeholders)
        // Every media type that a result can have.
        let result = root["components"]?["responses"]?["QueryResult"]?["content"]?.object ?? [:]
        let types = QueryFormat.allCases.map { String($0.contentType.prefix { $0 != ";" }) }
        #expect(Set(result.keys) == Set(types))
    }

    @Test("its limits are those of the code")
    func limits() throws {
        let limits = DaemonLimits()
        #expect(schema("Id", "maxLength") == .integer(Limits.idSizeMax))
        #expect(schema("UserId", "maxLength") == .integer(Limits.idSizeMax))
        #expect(schema("EventId", "maxLength") == .integer(Limits.idSizeMax))
        #expect(
            schema("Event", "properties", "contentId", "maxLength")
                == .integer(Limits.contentIdSizeMax))
        #expect(
            schema("EventsReceived", "properties", "errors", "maxItems")
                == .integer(limits.answerErrorCountMax))
        let topics = try #require(schema("ContentDocument", "properties", "topics"))
        #expect(topics["maxItems"] == .integer(Limits.contentTopicCountMax))
        #expect(topics["items"]?["maxLength"] == .integer(Limits.contentTopicSizeMax))
        #expect(
            schema("ContentDocument", "properties", "title", "maxLength")
                == .integer(Limits.contentTitleSizeMax))
        #expect(schema("ExportFilter", "maxItems") == .integer(Limits.exportFilterValueCountMax))
        let batch = operations.first { $0.id == "sendBatch" }?.operation["requestBody"]?["content"]
        let shapes = batch?["application/json"]?["schema"]?["anyOf"]?.array ?? []
        #expect(shapes.first?["maxItems"] == .integer(limits.eventsPerBatchMax))
        #expect(
            shapes.last?["properties"]?["events"]?["maxItems"]
                == .integer(limits.eventsPerBatchMax))
        #expect(bounds("diagnoseIdentity", "devicesMax") == IdentityDoctorOptions.devicesMaxRange)
        #expect(bounds("diagnoseIdentity", "limit") == IdentityDoctorOptions.itemCountRange)
        #expect(bounds("listExports", "limit") == ExportDesk.pageSizes)
    }

    private func bounds(_ id: String, _ name: String) -> ClosedRange<Int>? {
        let parameters = operations.first { $0.id == id }?.parameters ?? []
        let schema = parameters.compactMap(resolved).first { $0["name"]?.string == name }?["schema"]
        guard case .integer(let low)? = schema?["minimum"],
            case .integer(let high)? = schema?["maximum"]
        else { return nil }
        return low...high
    }

    @Test("it asks for a key only where one is needed, and is the same bytes each time")
    func variants() throws {
        var open = OpenAPIDocument(version: "1.2.3", needsKey: false)
        #expect(open.root["security"] == nil)
        #expect(root["security"] == [["key": []]])
        #expect(root["info"]?["version"] == "1.2.3")
        let bytes = try open.json()
        open = OpenAPIDocument(version: "1.2.3", needsKey: false)
        #expect(try open.json() == bytes)
        #expect(try JSONDecoder().decode(JSONNode.self, from: bytes) == open.root)
    }
}

@Suite("The parameters of a target")
struct RouteParametersTests {
    private let parameters = RouteParameters(flags: ["dryRun"], values: ["limit"])

    @Test("those of the route are taken, whatever a value says", arguments: ["", "x", "17"])
    func known(value: String) throws {
        try parameters.check(["limit": value])
        try parameters.check([:])
    }

    @Test("a flag is yes or no", arguments: ["", "true", "1", "false", "0"])
    func flag(value: String) throws { try parameters.check(["dryRun": value]) }

    @Test(
        "anything else is refused",
        arguments: [
            ["dryRun": "maybe"], ["dryRun": "True"], ["dryrun": "true"], ["Limit": "1"], ["": ""],
        ])
    func refused(query: [String: String]) {
        let failure = #expect(throws: HTTPFailure.self) { try parameters.check(query) }
        #expect(failure?.status == .badRequest && failure?.code == "INVALID_PARAMETER")
        #expect(failure?.details.map(\.field) == Array(query.keys))
    }

    @Test("a flag alone is as good as true")
    func meaning() {
        #expect(RequestTarget("/v1/expire?dryRun")?.isDryRun == true)
        #expect(RequestTarget("/v1/expire?dryRun=1")?.isDryRun == true)
        #expect(RequestTarget("/v1/expire?dryRun=0")?.isDryRun == false)
        #expect(RequestTarget("/v1/expire")?.isDryRun == false)
    }
}
