/// The viewings of each content: those up to some number side by side, later ones in a chain, until there are
/// so many that all are put side by side again. So it takes four bytes for each, and reads in one go.
struct ContentOrder {
    /// Where the viewings of a content begin in `order`, and at the end where the last ones end.
    private var starts: [Int32] = [0]
    private var order: [Int32] = []
    /// By content: the newest viewing that is not in `order`; -1 is none.
    private var heads: [Int32] = []
    /// Of the viewings from `order.count` on: the one before of the same content that is not in it either.
    private var earlier: [Int32] = []

    private static let chainedMin = 1 << 16

    var memorySize: Int {
        (starts.capacity + order.capacity + heads.capacity + earlier.capacity) * 4
    }

    mutating func addContent() { heads.appendSlowly(-1) }

    /// Takes in the next viewing.
    mutating func append(content: Int32) {
        let number = Int32(order.count + earlier.count)
        earlier.appendSlowly(heads[Int(content)])
        heads[Int(content)] = number
    }

    var shouldArrange: Bool { earlier.count > max(Self.chainedMin, order.count / 4) }

    /// - Parameter contentOf: of the viewing with a number.
    mutating func arrange(count: Int, contentOf: (Int) -> Int32) {
        var ends = Array(repeating: Int32(0), count: heads.count + 1)
        for number in 0..<count { ends[Int(contentOf(number)) + 1] += 1 }
        for place in 1..<ends.count { ends[place] += ends[place - 1] }
        starts = ends
        order = Array(repeating: 0, count: count)
        for number in 0..<count {
            let content = Int(contentOf(number))
            order[Int(ends[content])] = Int32(number)
            ends[content] += 1
        }
        earlier = []
        for place in heads.indices { heads[place] = -1 }
    }

    /// All viewings of a content, in no order.
    @inline(__always)
    func forEach(of content: Int32, _ body: (Int32) -> Void) {
        let place = Int(content)
        if place + 1 < starts.count {
            for own in starts[place]..<starts[place + 1] { body(order[Int(own)]) }
        }
        var number = heads[place]
        while number >= 0 {
            body(number)
            number = earlier[Int(number) - order.count]
        }
    }
}
