import CHeap
import CPriority
import Glibc

/// What the process asks of the system before it serves.
package enum ProcessSetup {
    /// Writing to a client that is gone, or beyond a file-size limit, must be an error where it
    /// happens and not the end of the process (A14).
    package static func ignoreDeadlySignals() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        // Asks for a reload; until somebody listens for it, it must not be the end either.
        signal(SIGHUP, SIG_IGN)
    }

    /// Two heaps for all threads rather than eight a core, so that what one thread frees another can
    /// use.
    package static func boundHeaps() {
        eventlog_bound_heaps()
    }

    /// Gives back to the system what freed memory holds, if it is more than `size` bytes.
    package static func trimHeaps(over size: Int) {
        eventlog_trim_heaps(size)
    }

    /// Lets other threads go before the one that calls, at the processors and at the disks.
    package static func lowerThreadPriority() {
        eventlog_lower_thread_priority()
    }

    /// Asks for as many open files as the system grants.
    /// - Returns: the number granted.
    @discardableResult
    package static func raiseFileLimit() -> UInt64 {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return UInt64(limit.rlim_cur)
    }
}
