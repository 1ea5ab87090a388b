/// A cache under a memory budget that keeps what was used lately, at constant cost and without lists.
///
/// Entries are in two generations. What is used moves to the young one; when that has half the
/// budget, the old generation is dropped and the young one becomes old.
package struct GenerationCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var young: [Key: (value: Value, cost: Int)] = [:]
    private var old: [Key: (value: Value, cost: Int)] = [:]
    private var youngCost = 0
    private var oldCost = 0
    /// In whatever unit the costs are, usually bytes.
    package let budget: Int

    package init(budget: Int) {
        self.budget = budget
    }

    package var cost: Int { youngCost + oldCost }

    package mutating func value(for key: Key) -> Value? {
        if let entry = young[key] { return entry.value }
        guard let entry = old.removeValue(forKey: key) else { return nil }
        oldCost -= entry.cost
        insert(entry.value, for: key, cost: entry.cost)
        return entry.value
    }

    /// Keeps the value, unless it alone is over half the budget.
    package mutating func insert(_ value: Value, for key: Key, cost: Int) {
        remove(key)
        guard cost <= budget / 2 else { return }
        if youngCost + cost > budget / 2 {
            old = young
            oldCost = youngCost
            young = [:]
            youngCost = 0
        }
        young[key] = (value, cost)
        youngCost += cost
    }

    package mutating func remove(_ key: Key) {
        if let entry = young.removeValue(forKey: key) { youngCost -= entry.cost }
        if let entry = old.removeValue(forKey: key) { oldCost -= entry.cost }
    }

    package mutating func removeAll() {
        self = GenerationCache(budget: budget)
    }
}
