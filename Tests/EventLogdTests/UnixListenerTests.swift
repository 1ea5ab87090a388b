import EventLogd
import Glibc
import TestSupport
import Testing

/// A socket is bound where nothing is, or where a dead daemon of ours left one; nothing else is
/// touched.
struct UnixListenerTests {
    private func withPath(_ body: (String) throws -> Void) throws {
        let directory = try TemporaryDirectory()
        try body(directory.path + "/s")
    }

    private func mode(_ path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode : nil
    }

    @Test("the socket has mode 0660 from the start")
    func modeOfSocket() throws {
        try withPath { path in
            let listener = try UnixListener(path: path, backlog: 1)
            defer { close(listener.descriptor) }
            #expect(mode(path) == S_IFSOCK | 0o660)
        }
    }

    @Test("a missing directory is made for the owner and the group")
    func directory() throws {
        try withPath { path in
            let listener = try UnixListener(path: path + "/e.sock", backlog: 1)
            defer { close(listener.descriptor) }
            #expect(mode(path) == S_IFDIR | 0o750)
            listener.unlinkOwnPath()
            rmdir(path)
        }
    }

    @Test("a socket that nobody listens on is replaced")
    func stale() throws {
        try withPath { path in
            let dead = try UnixListener(path: path, backlog: 1)
            close(dead.descriptor)
            let listener = try UnixListener(path: path, backlog: 1)
            defer { close(listener.descriptor) }
            #expect(mode(path) == S_IFSOCK | 0o660)
            // The dead one's owner must not take the new one away.
            dead.unlinkOwnPath()
        }
    }

    @Test("a socket that somebody listens on is left alone")
    func live() throws {
        try withPath { path in
            let first = try UnixListener(path: path, backlog: 1)
            defer { close(first.descriptor) }
            #expect(throws: SocketError.self) { try UnixListener(path: path, backlog: 1) }
            #expect(mode(path) == S_IFSOCK | 0o660)
        }
    }

    @Test("a file, a directory, a pipe and links are refused and stay as they are")
    func foreign() throws {
        let makers: [(mode_t, (String) -> Void)] = [
            (S_IFREG, { close(creat($0, 0o600)) }),
            (S_IFDIR, { mkdir($0, 0o700) }),
            (S_IFIFO, { mkfifo($0, 0o600) }),
            (S_IFLNK, { symlink("nowhere", $0) }),
        ]
        for (kind, make) in makers {
            try withPath { path in
                make(path)
                #expect(throws: SocketError.self) { try UnixListener(path: path, backlog: 1) }
                #expect(mode(path).map { $0 & S_IFMT } == kind)
                rmdir(path)
            }
        }
    }

    @Test("a link to a dead socket is refused, link and socket stay")
    func linkToSocket() throws {
        try withPath { path in
            let dead = try UnixListener(path: path, backlog: 1)
            close(dead.descriptor)
            let link = path + "l"
            symlink(path, link)
            #expect(throws: SocketError.self) { try UnixListener(path: link, backlog: 1) }
            #expect(mode(link).map { $0 & S_IFMT } == S_IFLNK)
            #expect(mode(path).map { $0 & S_IFMT } == S_IFSOCK)
        }
    }

    @Test("a path has 1 to 107 bytes and no NUL", arguments: ["", "/tmp/a\u{0}b"])
    func badPath(path: String) {
        #expect(throws: SocketError.self) { try UnixListener(path: path, backlog: 1) }
    }

    @Test("107 bytes are a path, 108 are not")
    func pathLimit() throws {
        let directory = try TemporaryDirectory()
        let name = String(repeating: "x", count: 107 - directory.path.utf8.count - 1)
        let listener = try UnixListener(path: "\(directory.path)/\(name)", backlog: 1)
        close(listener.descriptor)
        #expect(throws: SocketError.self) {
            try UnixListener(path: "\(directory.path)/\(name)x", backlog: 1)
        }
    }

    @Test("a directory that everybody may write, without the sticky bit, is refused")
    func openDirectory() throws {
        let directory = try TemporaryDirectory()
        chmod(directory.path, 0o777)
        #expect(throws: SocketError.self) {
            try UnixListener(path: directory.path + "/s", backlog: 1)
        }
    }

    @Test("the standard path is root's run directory, else the user's, else nothing")
    func standardPath() {
        #expect(
            SocketPath.standard(uid: 0, runtimeDirectory: "/run/user/0")
                == "/run/eventlog/eventlog.sock")
        #expect(
            SocketPath.standard(uid: 1000, runtimeDirectory: "/run/user/1000")
                == "/run/user/1000/eventlog/eventlog.sock")
        #expect(SocketPath.standard(uid: 1000, runtimeDirectory: nil) == nil)
        #expect(SocketPath.standard(uid: 1000, runtimeDirectory: "relative") == nil)
    }
}
