// RE2 behind four C functions: Swift needs no C++ mode, and no C++ exception reaches it.
#include "regex.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <string>
#include <vector>

#include <re2/re2.h>

struct eventlog_regex {
    re2::RE2 program;

    eventlog_regex(const re2::StringPiece &pattern, const re2::RE2::Options &options)
        : program(pattern, options) {}
};

static void describe(const std::string &reason, uint8_t *error, size_t error_size) {
    if (error_size == 0) return;
    size_t size = std::min(reason.size(), error_size - 1);
    std::memcpy(error, reason.data(), size);
    error[size] = 0;
}

eventlog_regex *eventlog_regex_compile(
    const uint8_t *pattern, size_t size, int64_t memory_max, uint8_t *error, size_t error_size) {
    try {
        re2::RE2::Options options;
        options.set_log_errors(false);
        options.set_max_mem(memory_max);
        auto *regex = new eventlog_regex(
            re2::StringPiece(reinterpret_cast<const char *>(pattern), size), options);
        if (regex->program.ok()) return regex;
        describe(regex->program.error(), error, error_size);
        delete regex;
    } catch (const std::exception &) {
        describe("out of memory", error, error_size);
    }
    return nullptr;
}

void eventlog_regex_free(eventlog_regex *regex) { delete regex; }

int eventlog_regex_group_count(const eventlog_regex *regex) {
    return regex->program.NumberOfCapturingGroups();
}

bool eventlog_regex_find(
    const eventlog_regex *regex, const uint8_t *text, size_t size, size_t start, int64_t *spans,
    int group_count) {
    try {
        const char *begin = reinterpret_cast<const char *>(text);
        // The empty text of Swift may have no address, which RE2 would take for "no match".
        re2::StringPiece whole(begin == nullptr ? "" : begin, size);
        std::vector<re2::StringPiece> groups(static_cast<size_t>(group_count) + 1);
        if (!regex->program.Match(
                whole, start, size, re2::RE2::UNANCHORED, groups.data(), group_count + 1)) {
            return false;
        }
        for (size_t i = 0; i < groups.size(); i++) {
            bool isSet = groups[i].data() != nullptr;
            spans[2 * i] = isSet ? groups[i].data() - whole.data() : -1;
            spans[2 * i + 1] = isSet ? spans[2 * i] + static_cast<int64_t>(groups[i].size()) : -1;
        }
        return true;
    } catch (const std::exception &) {
        return false;
    }
}
