/* unit_log.c - what a log line looks like, and that what repeats is counted. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "core/log.h"
#include "core/span.h"
#include "tests/temp.h"

enum { MINUTE_MS = 60 * 1000 };

/* Standard error goes to a file for the time of a test. */
struct world {
    struct temp temp;
    char path[TEMP_PATH_BYTES];
    int kept_stderr;
    struct log *log;
};

static int setup(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    temp_init(&world->temp);
    temp_path(&world->temp, "log", world->path);
    world->kept_stderr = dup(STDERR_FILENO);
    int fd = open(world->path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (fd < 0 || dup2(fd, STDERR_FILENO) < 0)
        return -1;
    close(fd);
    unsetenv("JOURNAL_STREAM");
    world->log = log_new(LOG_LEVEL_INFO, "unit");
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;
    log_free(world->log);
    dup2(world->kept_stderr, STDERR_FILENO);
    close(world->kept_stderr);
    temp_done(&world->temp);
    free(world);
    return 0;
}

static void check_log(const struct world *world, const char *wanted)
{
    size_t len = 0;
    char *text = (char *)temp_read(world->path, &len);
    assert_string_equal(text, wanted);
    free(text);
}

static size_t count_lines(const struct world *world)
{
    size_t len = 0;
    size_t n = 0;
    uint8_t *text = temp_read(world->path, &len);
    for (size_t at = 0; at < len; at++)
        n += text[at] == '\n';
    free(text);
    return n;
}

static void a_line_is_level_event_and_values(void **state)
{
    struct world *world = *state;
    log_info(world->log, 0, "refused", "peer=%s code=%s", "ldc-noord", "E_KEY");
    log_error(world->log, 0, "stopped", "%s", "");
    log_line(world->log, LOG_LEVEL_DEBUG, 0, "seen", "n=%d", 1);
    log_line(NULL, LOG_LEVEL_ERROR, 0, "seen", "n=%d", 2);
    check_log(world, "unit: info refused peer=ldc-noord code=E_KEY\n"
                     "unit: error stopped\n");
}

static void a_value_cannot_make_a_line_of_its_own(void **state)
{
    struct world *world = *state;
    log_warn(world->log, 0, "odd", "name=%s",
            "a\nunit: error forged\r\x1b[2J\x7f\xc2\x9b"
            "2J \xc3\xa9");
    check_log(world, "unit: warn odd name=a?unit: error forged??[2J???2J \xc3\xa9\n");
}

static void a_long_line_is_cut_between_characters(void **state)
{
    struct world *world = *state;
    for (size_t shift = 0; shift < 2; shift++) {
        char value[2000];
        for (size_t at = 0; at < sizeof value; at++)
            value[at] = at % 2 == 0 ? '\xc3' : '\xa9';
        value[sizeof value - 1] = '\0';
        log_info(world->log, 0, shift == 0 ? "a" : "ab", "v=%s", value);
    }
    size_t len = 0;
    char *text = (char *)temp_read(world->path, &len);
    assert_int_equal(count_lines(world), 2);
    assert_true(len < 2 * (sizeof "unit: " + 512));
    for (char *dots = text; (dots = strstr(dots, "...")) != NULL; dots++)
        assert_int_equal((unsigned char)dots[-1], 0xA9);
    free(text);
}

static void what_repeats_is_counted(void **state)
{
    struct world *world = *state;
    for (int64_t now = 0; now < 3 * MINUTE_MS; now += 1000)
        log_warn(world->log, now, "away", "peer=%s", "ocmw");
    check_log(world, "unit: warn away peer=ocmw\n"
                     "unit: warn away peer=ocmw n=59\n"
                     "unit: warn away peer=ocmw n=60\n");
    log_free(world->log);
    world->log = NULL;
    check_log(world, "unit: warn away peer=ocmw\n"
                     "unit: warn away peer=ocmw n=59\n"
                     "unit: warn away peer=ocmw n=60\n"
                     "unit: warn away peer=ocmw n=60\n");
}

static void another_line_makes_the_count_known(void **state)
{
    struct world *world = *state;
    log_info(world->log, 0, "held", "id=%d", 1);
    log_info(world->log, 1, "held", "id=%d", 1);
    log_info(world->log, MINUTE_MS - 1, "held", "id=%d", 2);
    log_info(world->log, MINUTE_MS, "held", "id=%d", 3);
    /* Quiet for a minute: as if never said. The clock set back: likewise. */
    log_info(world->log, 3 * MINUTE_MS, "held", "id=%d", 1);
    log_info(world->log, 2 * MINUTE_MS, "held", "id=%d", 1);
    check_log(world, "unit: info held id=1\n"
                     "unit: info held id=2\n"
                     "unit: info held id=1 n=1\n"
                     "unit: info held id=3\n"
                     "unit: info held id=1\n"
                     "unit: info held id=1\n");
}

/* 64 lines are remembered. The 65th pushes out the oldest, whose count is not lost. */
static void the_memory_of_lines_is_bounded(void **state)
{
    struct world *world = *state;
    for (int at = 0; at < 64; at++)
        log_info(world->log, at, "held", "id=%d", at);
    log_info(world->log, 64, "held", "id=%d", 0);
    log_info(world->log, 65, "held", "id=%d", 63);
    assert_int_equal(count_lines(world), 64);
    log_info(world->log, 66, "held", "id=%d", 64);
    assert_int_equal(count_lines(world), 66);
    log_info(world->log, 67, "held", "id=%d", 63);
    assert_int_equal(count_lines(world), 66);
    log_info(world->log, 68, "held", "id=%d", 0);
    assert_int_equal(count_lines(world), 67);
}

static void the_journal_gets_priorities(void **state)
{
    struct world *world = *state;
    struct stat info;
    char stream[64];
    assert_int_equal(fstat(STDERR_FILENO, &info), 0);
    snprintf(stream, sizeof stream, "%ju:%ju", (uintmax_t)info.st_dev,
            (uintmax_t)info.st_ino);
    setenv("JOURNAL_STREAM", stream, 1);
    struct log *log = log_new(LOG_LEVEL_DEBUG, "unit");
    log_error(log, 0, "stopped", "code=%s", "ERR_IO");
    log_line(log, LOG_LEVEL_DEBUG, 0, "turn", "frames=%d", 3);
    log_free(log);
    unsetenv("JOURNAL_STREAM");
    check_log(world, "<3>error stopped code=ERR_IO\n<7>debug turn frames=3\n");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(a_line_is_level_event_and_values),
            TEST(a_value_cannot_make_a_line_of_its_own),
            TEST(a_long_line_is_cut_between_characters),
            TEST(what_repeats_is_counted),
            TEST(another_line_makes_the_count_known),
            TEST(the_memory_of_lines_is_bounded),
            TEST(the_journal_gets_priorities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
