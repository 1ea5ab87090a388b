import Columns
import Parquet
import TestSupport
import Testing

@testable import EventLog

/// A store that knew a field as a custom one before the field became canonical.
@Suite("Columns that became canonical")
struct SchemaEvolutionTests {
    private func block(_ schema: inout EventSchema, _ text: String) throws -> TailBlock {
        let batch = parse(text).batch
        var builder = TailBlockBuilder(seed: 1)
        try builder.append(
            batch, rows: 0..<batch.count, firstSeq: 1,
            generatedIDs: GeneratedEventID(storeTag: 1), schema: &schema)
        return builder.build(schema)
    }

    private static let text = """
        {"event":"viewEnd","data":{"seekCount":3,"completed":true,"country":"DE"}}
        {"event":"viewEnd","data":{"seekCount":0}}
        """

    /// The leaves of a store before `seekCount` and `country` were canonical.
    private func oldStore(_ own: [EventSchema.CustomLeaf]) -> EventSchema {
        let new = Set(["data.seekCount", "data.country"])
        let old = EventSchema().catalogLeaves.filter {
            !new.contains($0.path.joined(separator: "."))
        }
        return EventSchema(
            old + own.map { CatalogLeaf(path: ["data", $0.name], type: $0.type, isNullable: true) })
    }

    @Test("a store without the new columns gets them, and writes them into its catalog")
    func added() {
        let schema = oldStore([.init(name: "mood", type: .string)])
        #expect(schema.displaced.isEmpty)
        #expect(schema.customLeaves == [.init(name: "mood", type: .string)])
        #expect(schema.definitions.prefix(EventColumn.count) == EventColumn.definitions[...])
        var state = CatalogState(
            version: 1, tableID: "t", leaves: oldStore([]).catalogLeaves, segments: [],
            journalPosition: 0, properties: [:])
        state.leaves.removeLast(2)
        #expect(schema.catalogLeaves(besides: state)?.count == EventColumn.count + 1)
    }

    @Test("a custom field of the same name and type simply becomes the column")
    func same() {
        let schema = oldStore([.init(name: "country", type: .string)])
        #expect(schema.displaced.isEmpty && schema.customLeaves.isEmpty)
    }

    @Test("one of another type keeps it, and new values are kept beside it")
    func otherType() throws {
        let leaf = EventSchema.CustomLeaf(name: "seekCount", type: .string)
        var schema = oldStore([leaf])
        #expect(schema.displaced == [.seekCount: leaf])
        let column = Int(EventColumn.seekCount.rawValue)
        #expect(schema.definitions[column].type == .string)
        let block = try block(&schema, Self.text)
        #expect(block.columns[column].type == .string)
        #expect(block.columns[column][0] == .null)
        #expect(
            block.columns[Int(EventColumn.extra.rawValue)][0]
                == .string(#"{"data":{"seekCount":3}}"#))
        #expect(block.columns[Int(EventColumn.completed.rawValue)][0] == .bool(true))
    }

    @Test("numbers, which custom fields have as doubles, go on in that type")
    func double() throws {
        var schema = oldStore([.init(name: "seekCount", type: .double)])
        let block = try block(&schema, Self.text)
        let column = block.columns[Int(EventColumn.seekCount.rawValue)]
        #expect([column[0], column[1]] == [.double(3), .double(0)])
    }

    @Test("another spelling stays the table's, since tables do not tell cases apart")
    func spelling() throws {
        var schema = oldStore([.init(name: "Country", type: .string)])
        let column = Int(EventColumn.country.rawValue)
        #expect(schema.definitions[column].name == "data.Country")
        #expect(try block(&schema, Self.text).columns[column][0] == .string("DE"))
        let names = schema.catalogLeaves.map { $0.path.joined(separator: ".").lowercased() }
        #expect(Set(names).count == names.count)
    }

    @Test("segments, catalog and dump agree about such a column")
    func segment() throws {
        var schema = oldStore([.init(name: "seekCount", type: .string)])
        let block = try block(&schema, Self.text)
        let written = try SegmentWriter.write([block], schema: schema, keyValues: [], seed: 1)
        #expect(written.rowCount == 2)
        let leaf = schema.segmentLeaves[Int(EventColumn.seekCount.rawValue)]
        #expect(leaf.type == .string)
        var json = EventJSON()
        var line: [UInt8] = []
        try json.append(
            row: 0, of: Block(rowCount: 2, columns: block.columns), schema.definitions, to: &line)
        #expect(try rows(of: parse(bytes: line).batch).first?["seekCount"] == "3")
    }
}
