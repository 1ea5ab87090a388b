import EventLogd
import Testing

@Suite("Sockets from the service manager")
struct ActivationSocketsTests {
    private func parse(_ count: String, _ names: String?, pid: String = "7") throws -> [Entrance:
        Int32]
    {
        var environment = ["LISTEN_PID": pid, "LISTEN_FDS": count]
        environment["LISTEN_FDNAMES"] = names
        return try ActivationSockets.parse(environment: environment, pid: 7)
    }

    @Test("names say what each is for, from descriptor 3 on")
    func names() throws {
        #expect(try parse("3", "tcp:main:ingest") == [.tcp: 3, .main: 4, .ingest: 5])
    }

    @Test(
        "a single socket without a name of ours is the main one", arguments: [nil, "", "x.socket"])
    func single(_ names: String?) throws {
        #expect(try parse("1", names) == [.main: 3])
    }

    @Test("what is meant for another process is left alone")
    func other() throws {
        #expect(try parse("1", "main", pid: "8").isEmpty)
        #expect(try ActivationSockets.parse(environment: [:], pid: 7).isEmpty)
    }

    @Test(
        "what cannot be told apart is refused",
        arguments: [
            ("2", "main:main"), ("2", ""), ("2", "main:web"), ("9", ""), ("-1", ""), ("x", ""),
        ])
    func wrong(_ count: String, _ names: String) {
        #expect(throws: SocketError.self) { try parse(count, names) }
    }

    @Test("the watchdog's period is for the process that it names")
    func watchdog() {
        func period(_ pid: String?) -> Duration? {
            var environment = ["WATCHDOG_USEC": "30000000"]
            environment["WATCHDOG_PID"] = pid
            return ServiceNotifier(environment: environment, pid: 7).watchdogPeriod
        }
        #expect(period("7") == .seconds(30))
        #expect(period(nil) == .seconds(30))
        #expect(period("8") == nil)
        #expect(ServiceNotifier(environment: ["WATCHDOG_USEC": "0"], pid: 7).watchdogPeriod == nil)
    }
}
