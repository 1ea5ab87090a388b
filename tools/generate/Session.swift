/// What all sessions share.
struct World {
    let seed: UInt64
    let deviceCount: Int
    let contents: ZipfTable

    func hash(_ kind: UInt64, _ number: Int) -> UInt64 {
        // The seed is scrambled first: added as it is, another seed had the same ids for other numbers.
        RandomStream.scramble(RandomStream.scramble(seed) &+ kind &<< 56 &+ UInt64(number))
    }

    /// Tenths of a second, 6 s to 3 min: a property of the content.
    func length(of content: Int) -> Int {
        let share = Double(hash(1, content) >> 11) * 0x1p-53
        return 60 + Int(1740 * share * share * share)
    }
}

/// One visit to the feed, told event by event.
///
/// A small state machine: `step` writes the event that is due and says when the next one is.
struct Session {
    private enum Phase {
        case entry, impression, start, progress, ended, swipe, advertisement, exit
    }

    private static let renditions: [StaticString] = ["360p", "480p", "720p", "1080p"]

    /// When the next event is due, in ms since 1970 UTC.
    private(set) var due: Int64
    private let number: Int
    private let device: Int
    private let began: Int64
    private var random: RandomStream
    private var phase = Phase.entry
    private var content: Int
    private var next: Int
    private var position = 0
    private var played = 0
    private var advertisements = 0
    private var eventCount = 0
    /// Signed in from this event on; most are from the beginning or never.
    private let loginAt: Int
    private let videoMax: Int
    private let isCellular: Bool
    private var rendition: Int
    /// Tenths of a second: played so far, and where the person leaves.
    private var watched = 0
    private var leaveAt = 0

    init(number: Int, at time: Int64, world: World) {
        self.number = number
        random = RandomStream(seed: world.seed, stream: UInt64(number))
        // A few devices come often: squaring makes low numbers common.
        let share = random.unit()
        device = min(world.deviceCount - 1, Int(share * share * Double(world.deviceCount)))
        began = time
        due = time
        let login = random.unit()
        loginAt = login < 0.45 ? 0 : login < 0.55 ? 3 + random.below(20) : Int.max
        var videos = 1
        while videos < 80, random.chance(0.78) { videos += 1 }
        videoMax = videos
        isCellular = random.chance(0.4)
        rendition = isCellular ? 1 : 3
        content = world.contents.draw(&random)
        next = content
    }

    /// Writes the event that is due, as a line.
    /// - Returns: whether there are more.
    mutating func step(_ world: World, _ out: inout LineWriter) -> Bool {
        switch phase {
        case .entry:
            begin("feedEntry", world, &out, content: nil)
            out.text(#"{"entryPoint":""#)
            out.text(random.pick(["tab", "widget", "deepLink"]))
            out.text(#""}"#)
            go(.impression, in: 80 + random.below(400))
        case .impression: impression(world, &out)
        case .start: start(world, &out)
        case .progress: progress(world, &out)
        case .ended:
            begin("completion", world, &out, content: content)
            let loops = random.chance(0.15) ? 1 + random.below(3) : 0
            out.text(#"{"watchTime":"#)
            out.tenths(leaveAt * (1 + loops))
            out.text(loops > 0 ? #","looped":true,"loopCount":"# : #","looped":false,"loopCount":"#)
            out.number(loops)
            out.text("}")
            due += Int64(loops * leaveAt * 100)
            leave(world)
        case .swipe:
            begin("swipe", world, &out, content: next)
            out.id(#"{"fromContentId":"cnt_"#, world.hash(2, content))
            out.id(#"","toContentId":"cnt_"#, world.hash(2, next))
            out.text(#"","watchTimeOnFrom":"#)
            out.tenths(watched)
            out.text(random.chance(0.95) ? #","direction":"next"}"# : #","direction":"previous"}"#)
            content = next
            go(random.chance(0.05) ? .advertisement : .impression, in: 100 + random.below(300))
        case .advertisement:
            begin("adImpression", world, &out, content: nil)
            out.id(#"{"adId":"ad_"#, world.hash(3, random.below(500)))
            out.id(#"","contentIdBefore":"cnt_"#, world.hash(2, content))
            out.text(#"","position":"#)
            out.number(position)
            out.text("}")
            advertisements += 1
            go(.impression, in: 1500 + random.below(14_000))
        case .exit:
            begin("feedExit", world, &out, content: nil)
            out.text(#"{"totalSessionTime":"#)
            out.tenths(Int((due - began) / 100))
            out.text(#","videosWatched":"#)
            out.number(played)
            out.text(#","adsWatched":"#)
            out.number(advertisements)
            out.text(#","exitMethod":""#)
            out.text(random.pick(["tabSwitch", "background", "navigation"]))
            out.text(#""}"#)
            out.text("}\n")
            return false
        }
        out.text("}\n")
        return true
    }

    private mutating func impression(_ world: World, _ out: inout LineWriter) {
        begin("impression", world, &out, content: content)
        out.text(#"{"position":"#)
        out.number(position)
        out.id(#","entryPoint":"feed","feedId":"feed_"#, world.hash(4, number))
        out.text(#""}"#)
        position += 1
        watched = 0
        if random.chance(0.3) {
            leave(world)
        } else {
            go(.start, in: startupTime())
        }
    }

    private mutating func startupTime() -> Int {
        let spread = random.unit() + random.unit()
        return Int(60 + spread * spread * (isCellular ? 260 : 110))
            + (random.chance(0.02) ? 700 + random.below(4000) : 0)
    }

    private mutating func start(_ world: World, _ out: inout LineWriter) {
        begin("playStart", world, &out, content: content)
        out.text(#"{"startupTime":"#)
        out.number(startupTime())
        out.text(#","rendition":""#)
        out.text(Self.renditions[rendition])
        out.text(device % 3 == 0 ? #"","codec":"av1""# : #"","codec":"h264""#)
        out.text(random.chance(0.9) ? #","autoplay":true}"# : #","autoplay":false}"#)
        played += 1
        let length = world.length(of: content)
        let patience = random.unit()
        leaveAt = random.chance(0.4) ? length : max(4, Int(Double(length) * patience * patience))
        move(world)
    }

    private mutating func progress(_ world: World, _ out: inout LineWriter) {
        let event = random.unit()
        if event < 0.90 {
            begin("watchProgress", world, &out, content: content)
            let length = world.length(of: content)
            out.text(#"{"currentTime":"#)
            out.tenths(watched)
            out.text(#","duration":"#)
            out.tenths(length)
            out.text(#","percentComplete":"#)
            out.tenths(watched * 1000 / length)
            out.text(#","rendition":""#)
            out.text(Self.renditions[rendition])
            out.text(#""}"#)
        } else if event < 0.98 {
            reaction(world, &out)
        } else {
            trouble(world, &out)
        }
        move(world)
    }

    private mutating func reaction(_ world: World, _ out: inout LineWriter) {
        switch random.below(12) {
        case 0..<6:
            begin("like", world, &out, content: content)
            out.text("{}")
        case 6..<8:
            begin("share", world, &out, content: content)
            out.text(#"{"platform":""#)
            out.text(random.pick(["copy_link", "messages", "whatsapp", "other"]))
            out.text(#""}"#)
        case 8..<10:
            begin("save", world, &out, content: content)
            out.text("{}")
        case 10:
            begin("interaction", world, &out, content: content)
            out.text(#"{"interactionType":"seek","value":"#)
            out.tenths(watched)
            out.text("}")
        default:
            begin("custom_action", world, &out, content: content)
            out.text(#"{"action":""#)
            out.text(random.pick(["bookmark", "follow", "notInterested"]))
            out.text(#"","strength":"#)
            out.number(random.below(5))
            out.text("}")
        }
    }

    private mutating func trouble(_ world: World, _ out: inout LineWriter) {
        switch random.below(10) {
        case 0..<5:
            begin("rebuffer", world, &out, content: content)
            out.text(#"{"duration":"#)
            out.number(150 + random.below(3000))
        case 5..<9:
            let other = max(0, min(3, rendition + (random.chance(0.5) ? 1 : -1)))
            begin("qualityChange", world, &out, content: content)
            out.text(#"{"fromQuality":""#)
            out.text(Self.renditions[rendition])
            out.text(#"","toQuality":""#)
            out.text(Self.renditions[other])
            out.text(other < rendition ? #"","reason":"buffer""# : #"","reason":"bandwidth""#)
            rendition = other
        default:
            begin("error", world, &out, content: content)
            out.text(#"{"errorCode":"NET_TIMEOUT","errorMessage":"Request timed out""#)
            out.text(#","errorType":"network""#)
        }
        out.text(#","currentTime":"#)
        out.tenths(watched)
        out.text(isCellular ? #","networkType":"cellular"}"# : #","networkType":"wifi"}"#)
    }

    /// On to the next report of progress, or to where the person leaves.
    private mutating func move(_ world: World) {
        let step = world.length(of: content) < 200 ? 20 : 50
        guard watched + step < leaveAt else {
            let rest = leaveAt - watched
            watched = leaveAt
            if leaveAt == world.length(of: content) {
                go(.ended, in: rest * 100)
            } else {
                due += Int64(rest * 100)
                leave(world)
            }
            return
        }
        watched += step
        go(.progress, in: step * 100)
    }

    private mutating func leave(_ world: World) {
        guard position < videoMax else {
            go(.exit, in: 200)
            return
        }
        next = world.contents.draw(&random)
        go(.swipe, in: 50 + random.below(400))
    }

    private mutating func go(_ phase: Phase, in milliseconds: Int) {
        self.phase = phase
        due += Int64(milliseconds)
    }

    /// The envelope, up to the payload's value.
    private mutating func begin(
        _ event: StaticString, _ world: World, _ out: inout LineWriter, content: Int?
    ) {
        out.text(#"{"event":""#)
        out.text(event)
        out.id(#"","eventId":"evt_"#, world.hash(5, number &* 4096 &+ eventCount))
        if let content { out.id(#"","contentId":"cnt_"#, world.hash(2, content)) }
        if eventCount >= loginAt {
            out.text(#"","userId":"user_"#)
            out.number(Int(world.hash(6, device) % 9_000_000) + 1_000_000)
        }
        out.id(#"","deviceId":"dev_"#, world.hash(7, device))
        out.id(#"","sessionId":"sess_"#, world.hash(8, number))
        out.text(#"","timestamp":""#)
        out.timestamp(due)
        out.text(#"","data":"#)
        eventCount += 1
    }
}
