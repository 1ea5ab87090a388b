import Columns
import TestSupport
import Testing

@testable import EventLog

@Suite("Content items")
struct ContentItemsTests {
    private var options: StoreOptions {
        var options = StoreOptions()
        options.journalGrowth = JournalGrowth(stepMin: 4608, stepMax: 9216)
        return options
    }

    private func put(_ id: String, _ topics: [String] = [], title: String? = nil) -> ContentChange {
        ContentChange(id: id, document: ContentDocument(topics: topics, title: title))
    }

    private func apply(_ changes: [ContentChange], to items: inout ContentItems) {
        for change in changes {
            items.apply(ContentRecord(id: change.id, document: change.document, updatedAt: 1))
        }
    }

    @Test("items stand in the order of their ids' bytes, each once")
    func order() {
        var items = ContentItems()
        apply(
            ["b", "é", "a", "e\u{301}", "b", "ab", ""].map { put($0, ["t"]) }
                + [ContentChange(id: "ab", document: nil), ContentChange(id: "x", document: nil)],
            to: &items)
        #expect(
            items.all.map { Array($0.id.utf8) }
                == ["", "a", "b", "e\u{301}", "é"].map { Array($0.utf8) })
        #expect(items.size == items.all.reduce(0) { $0 + $1.size })
    }

    @Test("one item more than there may be is refused; those that are there can change and go")
    func countLimit() {
        var items = ContentItems(countMax: 2)
        apply([put("a"), put("b")], to: &items)
        #expect(items.outcome(of: put("c")) == .refused)
        #expect(items.outcome(of: put("a", ["t"])) == .replaced)
        #expect(items.outcome(of: put("a")) == .unchanged)
        apply([ContentChange(id: "b", document: nil)], to: &items)
        #expect(items.outcome(of: put("c")) == .created)
    }

    @Test("one byte more than items may have is refused; what makes them smaller is not")
    func sizeLimit() {
        var items = ContentItems()
        apply([put("a", title: "12"), put("b", title: "34")], to: &items)
        var full = ContentItems(sizeMax: items.size)
        apply([put("a", title: "12"), put("b", title: "34")], to: &full)
        #expect(full.outcome(of: put("b", title: "56")) == .replaced)
        #expect(full.outcome(of: put("b", title: "345")) == .refused)
        #expect(full.outcome(of: put("c")) == .refused)
        var over = ContentItems(sizeMax: items.size - 10)
        apply([put("a", title: "12"), put("b", title: "34")], to: &over)
        #expect(over.outcome(of: put("b", title: "3")) == .replaced)
        #expect(over.outcome(of: put("b", title: "345")) == .refused)
    }

    @Test("changes of one commit see each other")
    func oneCommit() throws {
        let store = try EventStore.open("s", on: SimulatedDisk(), options: options)
        let changes = [
            put("a", ["x"]), put("a", ["x"]), put("a", ["y"]),
            ContentChange(id: "a", document: nil), ContentChange(id: "a", document: nil), put("a"),
        ]
        let results = try store.append(
            changes.map { change in
                var builder = BatchBuilder(identityKey: store.identityKey)
                builder.batch.content = change
                return builder.batch
            }, durability: .synced)
        #expect(
            results.map(\.content) == [
                .created, .unchanged, .replaced, .deleted, .missing, .created,
            ])
        #expect(
            try store.tables().content.rows(["contentId", "topics"]) == [
                ["a", "[]"].map { .string($0) }
            ])
    }

    @Test("a file is written only if something has changed, and replaces the one before")
    func files() throws {
        let disk = SimulatedDisk()
        let store = try EventStore.open("s", on: disk, options: options)
        func append(_ content: ContentChange?) throws {
            var builder = BatchBuilder(identityKey: store.identityKey)
            builder.batch.content = content
            builder.add("like", id: nil, timestamp: 1)
            _ = try store.append([builder.batch], durability: .synced)
            try store.seal()
        }
        try append(nil)
        #expect(try disk.list("content") == [])
        try append(put("a"))
        let first = try disk.list("content")
        #expect(first == [ContentFile.name(3)])
        try append(nil)
        #expect(try disk.list("content") == first)
        try append(put("b"))
        #expect(try disk.list("content") == [ContentFile.name(6)])
        try store.close()
        let again = try EventStore.open("s", on: disk, options: options)
        #expect(again.status().damage == [])
        #expect(again.status().content.items == 2)
    }

    @Test("a file that is gone is reported; without a ledger the newest that counts is read")
    func missingFiles() throws {
        let disk = SimulatedDisk()
        let store = try EventStore.open("s", on: disk, options: options)
        var builder = BatchBuilder(identityKey: store.identityKey)
        builder.batch.content = put("a")
        _ = try store.append([builder.batch], durability: .synced)
        try store.seal()
        try store.close()
        let name = try #require(try disk.list("content").first)
        let bytes = try disk.readAll("content/" + name)
        try disk.unlink("content/" + name)
        let without = try EventStore.open("s", on: disk, options: options)
        #expect(without.status().damage.first?.hasPrefix("content/" + name) == true)
        try without.close()
        disk.place(bytes, at: "content/" + name)
        disk.place([0], at: "content/" + ContentFile.name(99))
        for name in try disk.list("ledger") where name.hasSuffix(".parquet") {
            disk.place([0], at: "ledger/" + name)
        }
        let recounted = try EventStore.open("s", on: disk, options: options)
        #expect(recounted.status().damage.count == 1)
        #expect(recounted.contentItem("a") != nil)
    }
}
