/// The most frequent of very many things, in bounded memory (space saving: Metwally, Agrawal, El Abbadi, 2005).
///
/// Where there is no room, the thing seen least gives its place and its count to the new one. So a count is too
/// high by at most its `error`, and whatever comes more often than all divided by the room is there.
struct FrequentItems<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    struct Item: Sendable {
        var count: Int
        /// By how much the count may be too high.
        var error: Int
        /// What is known since it has its place.
        var value: Value
    }

    private(set) var items: [Key: Item] = [:]
    private let countMax: Int
    /// Things that had the least count when somebody last looked for them all.
    private var victims: [Key] = []
    private var least = 0

    /// - Precondition: `countMax` is positive.
    init(countMax: Int) {
        precondition(countMax > 0)
        self.countMax = countMax
    }

    subscript(key: Key) -> Item? { items[key] }

    /// Counts a thing once more, and gives it a place if it has none.
    mutating func add(_ key: Key, new: () -> Value, _ update: (inout Value) -> Void) {
        if items[key] == nil {
            var item = Item(count: 0, error: 0, value: new())
            if items.count >= countMax, let victim = takeVictim() {
                item.count = victim.count
                item.error = victim.count
            }
            items[key] = item
        }
        items[key]?.count += 1
        if items[key] != nil { update(&items[key]!.value) }
    }

    /// Changes what is known of a thing that has a place.
    mutating func update(_ key: Key, _ update: (inout Value) -> Void) {
        if items[key] != nil { update(&items[key]!.value) }
    }

    private mutating func takeVictim() -> Item? {
        while true {
            while let key = victims.popLast() {
                // Counts only grow: who was seen since is not the least any more.
                if items[key]?.count == least { return items.removeValue(forKey: key) }
            }
            guard let found = items.values.map(\.count).min() else { return nil }
            least = found
            victims = items.filter { $0.value.count == found }.map(\.key)
        }
    }
}
