/* log.c - writing one line an event, and counting what repeats. */
#include "core/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/span.h"

enum {
    LOG_LINE_BYTES = 512, /* a line is cut here */
    LOG_KEPT = 64,        /* lines remembered in order to count their repeats */
    LOG_REPEAT_MS = 60 * 1000,
    LOG_PREFIX_BYTES = 64,
};

/* The levels' words, and their numbers in syslog, which the journal reads as "<3>". */
static const struct level_words {
    const char *name;
    int syslog;
} levels[] = {
        [LOG_LEVEL_ERROR] = {"error", 3},
        [LOG_LEVEL_WARN] = {"warn",  4},
        [LOG_LEVEL_INFO] = {"info",  6},
        [LOG_LEVEL_DEBUG] = {"debug", 7},
};

/* A line that was written, and how often it came again since. hash 0: free. */
struct kept {
    uint64_t hash;
    int64_t written_ms;
    uint64_t repeats;
    enum log_level level;
    char line[LOG_LINE_BYTES];
};

struct log {
    enum log_level level;
    bool to_journal;
    char program[LOG_PREFIX_BYTES];
    struct kept kept[LOG_KEPT];
};

/* systemd names the pipe it reads by device and inode; standard error may have been
 * sent elsewhere since. */
static bool is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat info;
    if (stream == NULL || fstat(STDERR_FILENO, &info) != 0)
        return false;
    char ours[LOG_PREFIX_BYTES];
    snprintf(ours, sizeof ours, "%ju:%ju", (uintmax_t)info.st_dev,
            (uintmax_t)info.st_ino);
    return strcmp(stream, ours) == 0;
}

struct log *log_new(enum log_level level, const char *program)
{
    struct log *log = calloc(1, sizeof *log);
    if (log == NULL)
        return NULL;
    log->level = level;
    log->to_journal = is_journal();
    snprintf(log->program, sizeof log->program, "%s", program);
    return log;
}

/* One write a line, so that the lines of several processes do not mix. Where nobody
 * adds time and unit, the program says its name itself. */
static void write_line(const struct log *log, enum log_level level, const char *line,
        uint64_t repeats)
{
    char prefix[LOG_PREFIX_BYTES + 2];
    char suffix[32] = "";
    char out[sizeof prefix + LOG_LINE_BYTES + sizeof suffix];
    if (log->to_journal)
        snprintf(prefix, sizeof prefix, "<%d>", levels[level].syslog);
    else
        snprintf(prefix, sizeof prefix, "%s: ", log->program);
    if (repeats > 0)
        snprintf(suffix, sizeof suffix, " n=%" PRIu64, repeats);
    int len = snprintf(out, sizeof out, "%s%s%s\n", prefix, line, suffix);

    /* A log that cannot be written has nowhere to say so. */
    ssize_t written = write(STDERR_FILENO, out, (size_t)len);
    (void)written;
}

/* FNV-1a: finds a line quickly; that it is the same one is seen by comparing. */
static uint64_t line_hash(const char *line)
{
    uint64_t hash = 0xcbf29ce484222325U;
    for (; *line != '\0'; line++)
        hash = (hash ^ (uint8_t)*line) * 0x100000001b3U;
    return hash == 0 ? 1 : hash;
}

/* Say how often the line came again, and forget it. */
static void end_kept(const struct log *log, struct kept *kept)
{
    if (kept->repeats > 0)
        write_line(log, kept->level, kept->line, kept->repeats);
    kept->hash = 0;
}

/* End the minutes that have passed. A line that came again begins its next minute, so
 * that it is written once a minute however long it goes on. */
static void sweep(struct log *log, int64_t now_ms)
{
    for (size_t at = 0; at < LOG_KEPT; at++) {
        struct kept *kept = &log->kept[at];
        bool within =
                now_ms >= kept->written_ms && now_ms - kept->written_ms < LOG_REPEAT_MS;
        if (kept->hash == 0 || within)
            continue;
        bool again = kept->repeats > 0;
        uint64_t hash = kept->hash;
        end_kept(log, kept);
        if (again) {
            kept->hash = hash;
            kept->repeats = 0;
            kept->written_ms = now_ms;
        }
    }
}

/* A free place, or that of the line that was written longest ago. */
static struct kept *take_place(struct log *log)
{
    struct kept *oldest = &log->kept[0];
    for (size_t at = 0; at < LOG_KEPT; at++) {
        if (log->kept[at].hash == 0)
            return &log->kept[at];
        if (log->kept[at].written_ms < oldest->written_ms)
            oldest = &log->kept[at];
    }
    end_kept(log, oldest);
    return oldest;
}

static struct kept *find_kept(struct log *log, uint64_t hash, const char *line)
{
    for (size_t at = 0; at < LOG_KEPT; at++)
        if (log->kept[at].hash == hash && strcmp(log->kept[at].line, line) == 0)
            return &log->kept[at];
    return NULL;
}

void log_free(struct log *log)
{
    if (log == NULL)
        return;
    for (size_t at = 0; at < LOG_KEPT; at++)
        if (log->kept[at].hash != 0)
            end_kept(log, &log->kept[at]);
    free(log);
}

/* Nothing in a line may move the cursor, begin a new line or look like one: no C0 and
 * C1 control characters, no DEL. */
static void clean(char *line)
{
    for (unsigned char *at = (unsigned char *)line; *at != '\0'; at++) {
        if (*at < ' ' || *at == 0x7F)
            *at = '?';
        else if (*at == 0xC2 && at[1] >= 0x80 && at[1] < 0xA0)
            at[0] = at[1] = '?';
    }
}

/* End a line that did not fit in three dots, and not in half a UTF-8 character: the
 * journal would show it as a blob. */
static void cut(char line[LOG_LINE_BYTES])
{
    size_t at = LOG_LINE_BYTES - sizeof "...";
    while (at > 0 && ((unsigned char)line[at] & 0xC0) == 0x80)
        at--;
    memcpy(line + at, "...", sizeof "...");
}

/* "info refused peer=..." */
__attribute__((format(printf, 4, 0))) static void make_line(char line[LOG_LINE_BYTES],
        enum log_level level, const char *event, const char *format, va_list args)
{
    size_t used = (size_t)snprintf(line, LOG_LINE_BYTES, "%s %.64s ",
            levels[level].name, event);
    int more = vsnprintf(line + used, LOG_LINE_BYTES - used, format, args);
    if (more <= 0)
        line[used - 1] = '\0';
    else if (used + (size_t)more >= LOG_LINE_BYTES)
        cut(line);
    clean(line);
}

void log_line(struct log *log, enum log_level level, int64_t now_ms, const char *event,
        const char *format, ...)
{
    if (log == NULL || level > log->level)
        return;
    int kept_errno = errno;

    char line[LOG_LINE_BYTES];
    va_list args;
    va_start(args, format);
    make_line(line, level, event, format, args);
    va_end(args);

    sweep(log, now_ms);
    uint64_t hash = line_hash(line);
    struct kept *kept = find_kept(log, hash, line);
    if (kept != NULL) {
        kept->repeats++;
    } else {
        kept = take_place(log);
        *kept = (struct kept){.hash = hash, .written_ms = now_ms, .level = level};
        memcpy(kept->line, line, sizeof line);
        write_line(log, level, line, 0);
    }
    errno = kept_errno;
}
