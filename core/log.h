/* log.h - one line an event, key=value, to standard error. Only shells and mains call
 * it; never a payload, a key or a person.
 *
 * A line: "info refused peer=ldc-noord code=E_KEY n=3". systemd adds time and unit. The
 * same event and text again within a minute is counted, not repeated: an endless log is
 * a fault. The count (n) is written once the minute is over and something is logged,
 * when the line is pushed out by 64 newer ones, or at the end.
 *
 * In the journal a line bears its priority; elsewhere it begins with the program's
 * name. A line is at most 511 bytes; a longer one ends in three dots. */
#ifndef LOG_H
#define LOG_H

#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

struct log; /* owned by main; handed to shells */

/* level: what is at most written. now_ms of each call comes from the loop. */
struct log *log_new(enum log_level level, const char *program);
void log_free(struct log *log);

/* event: a word in snake_case; then key=value pairs as printf. log may be NULL: nothing
 * is written (tests, simulator). Values with a space or quote are the caller's to
 * quote; control characters are replaced. */
void log_line(struct log *log, enum log_level level, int64_t now_ms, const char *event,
        const char *format, ...) __attribute__((format(printf, 5, 6)));

#define log_info(log, now, event, ...)                                                 \
    log_line(log, LOG_LEVEL_INFO, now, event, __VA_ARGS__)
#define log_warn(log, now, event, ...)                                                 \
    log_line(log, LOG_LEVEL_WARN, now, event, __VA_ARGS__)
#define log_error(log, now, event, ...)                                                \
    log_line(log, LOG_LEVEL_ERROR, now, event, __VA_ARGS__)

#endif
