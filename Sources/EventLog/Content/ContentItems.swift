/// All content items, and which of their states a seal is to write.
struct ContentItems: Sendable {
    /// By id, in the order of its bytes: two spellings that look the same are two items.
    private(set) var all: [ContentItem] = []
    /// Bytes that they count for.
    private(set) var size = 0
    private let countMax: Int
    private let sizeMax: Int
    /// Whether anything has changed since the newest seal began.
    private var hasChanged = false
    /// What that seal is to write, or has written.
    private var begun = Sealing.same(file: nil)

    /// What a seal does about the items.
    enum Sealing {
        /// Nothing has changed since this file was written; `nil`: there has never been an item.
        case same(file: String?)
        case changed([ContentItem])
    }

    init(
        countMax: Int = Limits.contentItemCountMax, sizeMax: Int = Limits.contentItemsSizeMax
    ) {
        self.countMax = countMax
        self.sizeMax = sizeMax
    }

    /// The items as a file has them.
    /// - Parameter items: by id, ascending.
    init(_ items: [ContentItem], file: String) {
        self.init()
        all = items
        size = items.reduce(0) { $0 + $1.size }
        begun = .same(file: file)
    }

    func item(_ id: String) -> ContentItem? {
        let (place, isThere) = find(id)
        return isThere ? all[place] : nil
    }

    /// What would become of a change.
    func outcome(of change: ContentChange) -> ContentOutcome {
        let known = item(change.id)
        guard let document = change.document else { return known == nil ? .missing : .deleted }
        if let known, known.document.isSame(as: document) { return .unchanged }
        let item = ContentItem(id: change.id, document: document, updatedAt: 0)
        let newSize = size - (known?.size ?? 0) + item.size
        guard newSize <= sizeMax || newSize <= size, known != nil || all.count < countMax else {
            return .refused
        }
        return known == nil ? .created : .replaced
    }

    mutating func apply(_ record: ContentRecord) {
        hasChanged = true
        let (place, isThere) = find(record.id)
        if isThere { size -= all[place].size }
        guard let document = record.document else {
            if isThere { all.remove(at: place) }
            return
        }
        let item = ContentItem(id: record.id, document: document, updatedAt: record.updatedAt)
        size += item.size
        if isThere { all[place] = item } else { all.insert(item, at: place) }
    }

    mutating func beginSeal() {
        if hasChanged { begun = .changed(all) }
        hasChanged = false
    }

    var begunSeal: Sealing { begun }

    /// The file that has what a seal wrote last.
    var file: String? { if case .same(let file) = begun { file } else { nil } }

    /// - Parameter file: what the seal wrote, or the one before.
    mutating func endSeal(_ file: String?) { begun = .same(file: file) }

    /// Where the item with this id is, or would be.
    private func find(_ id: String) -> (place: Int, isThere: Bool) {
        var (low, high) = (0, all.count)
        while low < high {
            let middle = (low + high) / 2
            if all[middle].id.utf8.lexicographicallyPrecedes(id.utf8) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return (low, low < all.count && all[low].id.utf8.elementsEqual(id.utf8))
    }
}
