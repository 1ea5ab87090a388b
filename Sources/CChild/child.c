#define _GNU_SOURCE
#include "CChild.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

pid_t eventlog_spawn_shell(const char *command) {
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t files;
    int error = posix_spawnattr_init(&attributes);
    if (error) return -error;
    error = posix_spawn_file_actions_init(&files);
    if (error) {
        posix_spawnattr_destroy(&attributes);
        return -error;
    }
    /* This process ignores and blocks signals that a command must have as usual. */
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    pid_t child = 0;
    if (!(error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
                                                            POSIX_SPAWN_SETSIGMASK)) &&
        !(error = posix_spawnattr_setpgroup(&attributes, 0)) &&
        !(error = posix_spawnattr_setsigdefault(&attributes, &all)) &&
        !(error = posix_spawnattr_setsigmask(&attributes, &none)) &&
        !(error = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)) &&
        !(error = posix_spawn_file_actions_adddup2(&files, 2, 1)) &&
        !(error = posix_spawn_file_actions_addclosefrom_np(&files, 3))) {
        char *const arguments[] = {"sh", "-c", (char *)command, NULL};
        error = posix_spawn(&child, "/bin/sh", &files, &attributes, arguments, environ);
    }
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return error ? -error : child;
}

int eventlog_child_status(pid_t child) {
    int status = 0;
    const pid_t found = waitpid(child, &status, WNOHANG);
    if (found == 0 || (found < 0 && errno == EINTR)) return -1;
    if (found < 0) return 256; /* Somebody else has waited for it: nobody knows how it ended. */
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    return WIFSIGNALED(status) ? 256 + WTERMSIG(status) : -1;
}

void eventlog_signal_group(pid_t child, int signal) { (void)kill(-child, signal); }
