import Glibc

/// What a path of the command line is to whoever works elsewhere.
enum AbsolutePath {
    static func of(_ path: String) throws(ToolFailure) -> String {
        if path.hasPrefix("/") { return path }
        guard let current = getcwd(nil, 0) else {
            throw ToolFailure("the current directory cannot be found: \(errorText(errno))")
        }
        defer { free(current) }
        return String(cString: current) + "/" + path
    }
}
