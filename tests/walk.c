/* walk.c - the command line in the same process as the programs that it asks. */
#include "tests/walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/time.h"
#include "nodes/cli/cli.h"
#include "tests/peek.h"

#define STAFF "anna" /* what she tried in vain is told too, and is no step */

enum {
    SAID_BYTES = 64 * 1024,
    LINE_BYTES = 1024,
    WORDS_MAX = 40,
    STEPS_BYTES = 400,
    WAIT_MS = TIME_MINUTE_MS
};

static struct {
    char said[SAID_BYTES];
} the;

void walk_fresh(uint64_t seed)
{
    static const char *const OTHERS[] = {WALK_THIRD, "meldpunt", "noord"};

    world_fresh(seed);
    for (size_t i = 0; i < COUNT_OF(OTHERS); i++)
        world_stop(OTHERS[i]);
}

/* The command line looks whether somebody listens at the socket before it asks. The
 * simulated loop has no sockets of the system: for as long as a command runs there is
 * one, and aside lies the file that stands for it otherwise. */
static int open_door(const char *path, const char *aside)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(strlen(path) < sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path));
    (void)rename(path, aside);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, SOMAXCONN), 0);
    return fd;
}

static int run(const char *id, int argc, const char *const *argv)
{
    char path[NETWORK_PATH_BYTES], nothing[] = "\n";
    struct home home;
    struct err err = {.code = CODE_OK};
    FILE *said = fmemopen(the.said, sizeof the.said, "w");
    struct cli cli = {.in = fmemopen(nothing, 1, "r"),
            .out = said,
            .err = said,
            .lang = LANG_EN,
            .actor = STAFF,
            .home = path,
            .now_ms = sim_now()};

    enum role role = strcmp(id, NETWORK_BROKER) == 0 ? ROLE_BROKER : ROLE_NODE;
    network_home(world_network(), id, path);
    network_must(home_paths(path, role, &home, &err), "find a home", &err);
    char aside[sizeof home.socket + 8];
    snprintf(aside, sizeof aside, "%s.aside", home.socket);
    int door = open_door(home.socket, aside);
    int status = cli_main(&cli, argc, argv);
    close(door);
    (void)unlink(home.socket);
    (void)rename(aside, home.socket);
    fclose(cli.in);
    fclose(said);
    return status;
}

/* The words with numbers and days in them, as they are typed. */
static void fill_in(const char *line, const struct walk_numbers *numbers, char *out)
{
    size_t len = 0;

    for (const char *at = line; *at != '\0' && len + TIME_TEXT_BYTES < LINE_BYTES; at++)
        if (strchr(WALK_SIGNS, *at) != NULL) {
            uint64_t number = numbers->of[strchr(WALK_SIGNS, *at) - WALK_SIGNS];
            len += (size_t)sprintf(out + len, "%llu", (unsigned long long)number);
        } else if (*at == '@') {
            char *end;
            int32_t days = (int32_t)strtol(at + 1, &end, 10);
            time_day_text(time_brussels_day(sim_now()) + days, out + len);
            len += strlen(out + len);
            at = end - 1;
        } else {
            out[len++] = *at;
        }
    out[len] = '\0';
}

int walk_try(const char *id, const char *line, const struct walk_numbers *numbers)
{
    const char *argv[WORDS_MAX] = {"buurtbus"};
    char words[LINE_BYTES];
    int argc = 1;

    fill_in(line, numbers, words);
    for (char *rest = words, *word; (word = strsep(&rest, " ")) != NULL;) {
        if (word[0] == '\0')
            continue;
        for (char *at = word; *at != '\0'; at++)
            if (*at == '~')
                *at = ' ';
        assert_true(argc < WORDS_MAX);
        argv[argc++] = word;
    }
    return run(id, argc, argv);
}

static int run_line(const char *id, const char *line, uint64_t number)
{
    const struct walk_numbers numbers = {{number}};
    int status = walk_try(id, line, &numbers);

    world_quiet();
    return status;
}

static void must(const char *id, const char *line, uint64_t number)
{
    if (run_line(id, line, number) != EXIT_OK)
        fail_msg("%s: %s: %s", id, line, the.said);
}

static void must_not(const char *id, const char *line, uint64_t number,
        const char *code)
{
    if (run_line(id, line, number) != EXIT_REFUSED || strstr(the.said, code) == NULL)
        fail_msg("%s: %s: %s", id, line, the.said);
}

#define LINE_OF(line, format)                                                          \
    char line[LINE_BYTES];                                                             \
    va_list values;                                                                    \
    va_start(values, format);                                                          \
    vsnprintf(line, sizeof line, format, values);                                      \
    va_end(values)

int walk_run(const char *id, const char *format, ...)
{
    LINE_OF(line, format);
    return run_line(id, line, 0);
}

const char *walk_said(void)
{
    return the.said;
}

void walk_do(const char *id, const char *format, ...)
{
    LINE_OF(line, format);
    must(id, line, 0);
}

void walk_refused(const char *id, const char *code, const char *format, ...)
{
    LINE_OF(line, format);
    must_not(id, line, 0, code);
}

/* The first number behind these words. */
static uint64_t number_after(const char *words)
{
    const char *at = strstr(the.said, words);

    if (at == NULL)
        fail_msg("no \"%s\" in: %s", words, the.said);
    return strtoull(at + strlen(words), NULL, 10);
}

uint64_t walk_consent(const char *recipients, int onward)
{
    walk_do(WALK_HOME,
            "consent give --person Mevrouw~Voorbeeld --how in_person --recipients %s"
            " --purposes care_coordination --level s1 --onward %d"
            " --data contact,area,age_band,language,needs,household,strengths"
            " --preview area,age_band,language,needs",
            recipients, onward);
    return number_after("Consent ");
}

struct walk walk_refer(uint64_t consent, const char *to, const char *more)
{
    struct walk walk = {.consent = consent};
    bool need = strstr(more, "--need") != NULL;
    uint64_t before = world_newest(WALK_TARGET, CASE_BOX_NONE);

    walk_do(WALK_HOME,
            "refer --consent %llu --to %s --area 21004 --name Rosa~Voorbeeld"
            " --phone 02~000~00~00 --language nl --age-band 80_89 %s %s",
            (unsigned long long)consent, to, need ? "" : "--need loneliness_isolation",
            more);
    walk.sent = number_after("Referral ");
    world_pass(WAIT_MS);
    uint64_t newest = world_newest(WALK_TARGET, CASE_BOX_NONE);
    walk.got = newest > before ? newest : 0;
    return walk;
}

/* What the target does to get there. */
static const struct way {
    const char *told; /* by both traces */
    const char *lines[3];
} WAYS[] = {
        [OFFER_STATE_REQUESTED] = {"",                      {NULL}                               },
        [OFFER_STATE_SEEN] = {"seen ",                 {"show #"}                           },
        [OFFER_STATE_INFO_REQUESTED] = {"info_request ",
                                   {"info-request # --questions best_time"}                      },
        [OFFER_STATE_WAITLISTED] = {"waitlist ",             {"waitlist # --until @20"}           },
        [OFFER_STATE_ACCEPTED] = {"accept ",               {"accept #"}                         },
        [OFFER_STATE_IN_PROGRESS] = {"accept start ",         {"accept #", "start #"}              },
        [OFFER_STATE_ON_HOLD] = {"accept hold ",
                                   {"accept #", "hold # --reason hospitalised --until @20"}      },
        [OFFER_STATE_COMPLETED] = {"accept start outcome ",
                                   {"accept #", "start #", "outcome # --outcome need_met"}       },
        [OFFER_STATE_FAILED] = {"accept fail ",          {"accept #", "fail # --reason moved"}},
};

void walk_bring(const struct walk *walk, enum offer_state state)
{
    assert_true(walk->got > 0);
    for (size_t i = 0; i < COUNT_OF(WAYS[0].lines); i++)
        if (WAYS[state].lines[i] != NULL)
            must(WALK_TARGET, WAYS[state].lines[i], walk->got);
    walk_both(walk, state);
}

struct walk walk_to(enum offer_state state, const char *more)
{
    struct walk walk = walk_refer(walk_consent(WALK_TARGET, 0), WALK_TARGET, more);

    walk_bring(&walk, state);
    return walk;
}

static uint64_t number_of(const struct walk *walk, const char *who)
{
    return strcmp(who, WALK_HOME) == 0 ? walk->sent : walk->got;
}

/* The newest offer of that case to WALK_TARGET: as its sender has it, and the broker.
 */
static enum offer_state at_home(uint64_t sent, enum offer_state *at_broker)
{
    const struct case_detail *file = world_show(WALK_HOME, sent);
    size_t i = file->n_offers;
    char hex[2 * sizeof(struct id) + 1];

    while (i > 0 && strcmp(file->offers[i - 1].target, WALK_TARGET) != 0)
        i--;
    assert_true(i > 0);
    ids_hex(SPAN_OF(file->offers[i - 1].offer_id), hex);
    *at_broker = (enum offer_state)peek_number(peek_of(NETWORK_BROKER),
            "SELECT state FROM offer WHERE offer_id = x'%s'", hex);
    return file->offers[i - 1].state;
}

void walk_ours(const struct walk *walk, enum offer_state state)
{
    enum offer_state at_broker, home = at_home(walk->sent, &at_broker);

    assert_string_equal(offer_state_name(at_broker), offer_state_name(state));
    assert_string_equal(offer_state_name(home), offer_state_name(state));
}

void walk_both(const struct walk *walk, enum offer_state state)
{
    walk_ours(walk, state);
    assert_string_equal(offer_state_name(world_state(WALK_TARGET, walk->got)),
            offer_state_name(state));
}

void walk_step(const struct walk *walk, const char *who, const char *line,
        enum offer_state state)
{
    must(who, line, number_of(walk, who));
    walk_both(walk, state);
}

void walk_no(const struct walk *walk, const char *who, const char *line,
        const char *code)
{
    enum offer_state state = world_state(WALK_TARGET, walk->got);

    must_not(who, line, number_of(walk, who), code);
    walk_both(walk, state);
}

/* ------------------------------------------------------------ what is told */

static const struct trace *trace_of(const struct walk *walk, const char *who)
{
    const struct trace_case wanted = {.number = number_of(walk, who)};
    struct request request = {.trace = &wanted};

    return world_must(who, &request, "")->trace;
}

/* A step after the request, of either side or of the broker. */
static bool is_step(const char *what)
{
    for (int event = OFFER_EVENT_SEEN; event < OFFER_EVENT_TURN; event++)
        if (strcmp(what, offer_event_name((enum offer_event)event)) == 0)
            return true;
    return false;
}

static void check_trace(const struct walk *walk, const char *who, const char *steps)
{
    const struct trace *trace = trace_of(walk, who);
    char told[STEPS_BYTES] = "";
    size_t len = 0;

    for (size_t i = 0; i < trace->n_lines; i++)
        if (is_step(trace->lines[i].what) && strcmp(trace->lines[i].who, STAFF) != 0 &&
                len < sizeof told)
            len += (size_t)snprintf(told + len, sizeof told - len, "%s%s",
                    len > 0 ? " " : "", trace->lines[i].what);
    if (strcmp(told, steps) != 0)
        fail_msg("%s tells \"%s\", not \"%s\"", who, told, steps);
}

void walk_traces(const struct walk *walk, enum offer_state from, const char *then)
{
    char steps[STEPS_BYTES];

    snprintf(steps, sizeof steps, "%s%s", WAYS[from].told, then);
    check_trace(walk, WALK_HOME, steps);
    check_trace(walk, WALK_TARGET, steps);
}

size_t walk_told(const struct walk *walk, const char *who, const char *what)
{
    const struct trace *trace = trace_of(walk, who);
    size_t n = 0;

    for (size_t i = 0; i < trace->n_lines; i++)
        n += strcmp(trace->lines[i].what, what) == 0;
    return n;
}

void walk_erased(const struct walk *walk)
{
    world_pass(10 * TIME_MINUTE_MS);
    const struct case_detail *file = world_show(WALK_TARGET, walk->got);
    assert_null(file->preview);
    assert_null(file->referral);
    assert_true(walk_told(walk, WALK_HOME, "erased") > 0);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM letter WHERE live = 1 AND type = %d",
                             LETTER_TYPE_CONTENT),
            0);
}
