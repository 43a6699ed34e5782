/* sim_evil_replay.c - everything that was ever said on the bus is said again: by who
 * said it, by somebody else, to who heard it, to somebody else. Nothing comes of it. */
#include "core/time.h"
#include "tests/hostile.h"
#include "tests/tape.h"

enum { FRAMES_MIN = 8 };

/* Each frame of the tape that went so, by the evil peer; who is cut comes back. */
static size_t say_again(struct evil *evil, const char *from, const char *to, bool back)
{
    const struct tape_frame *frame;
    size_t n_all = 0, n = 0;

    while (tape_at(n_all) != NULL)
        n_all++;
    for (size_t i = 0; i < n_all; i++) {
        frame = tape_at(back ? n_all - 1 - i : i);
        if (strcmp(frame->from, from) != 0 || strcmp(frame->to, to) != 0)
            continue;
        if (evil->home.role == ROLE_NODE)
            evil_come_back(evil);
        evil_say_bytes(evil, frame->bytes);
        world_pass(100);
        n++;
    }
    world_pass(TIME_MINUTE_MS);
    return n;
}

static const char *enough(size_t n)
{
    return n >= FRAMES_MIN ? SILENCE : "too few frames";
}

/* ------------------------------------------------------------ to the broker */

/* By an honest member's own keys: its program has stopped, and starts again after. */
static const char *by_itself(const char *id, bool back, int times)
{
    struct evil *evil = evil_new(id);
    size_t n = 0;

    evil_connect(evil);
    hostile_mark();
    for (int i = 0; i < times; i++)
        n = say_again(evil, id, NETWORK_BROKER, back);
    return hostile_done(evil, id, enough(n));
}

static const char *home_again(struct stage *stage)
{
    (void)stage;
    return by_itself(HOME, false, 1);
}

static const char *home_twice(struct stage *stage)
{
    (void)stage;
    return by_itself(HOME, false, 2);
}

static const char *home_backwards(struct stage *stage)
{
    (void)stage;
    return by_itself(HOME, true, 1);
}

static const char *target_again(struct stage *stage)
{
    (void)stage;
    return by_itself(TARGET, false, 1);
}

static const char *target_backwards(struct stage *stage)
{
    (void)stage;
    return by_itself(TARGET, true, 1);
}

static const char *home_by_another(struct stage *stage)
{
    return enough(say_again(stage->evil, HOME, NETWORK_BROKER, false));
}

static const char *target_by_another(struct stage *stage)
{
    return enough(say_again(stage->evil, TARGET, NETWORK_BROKER, false));
}

static const char *back_to_the_broker(struct stage *stage)
{
    return enough(say_again(stage->evil, NETWORK_BROKER, HOME, false));
}

/* The end of a letter that is put again is told again, and a program that is away is
 * not there. */
#define SELF (ANY_HARM & ~(CUT | MAILED))

/* clang-format off */
static const struct hostile TO_THE_BROKER[] = {
    {"what HOME said",                "says again all that it said itself",               SILENCE, SELF, home_again, NULL, NULL},
    {"what HOME said, twice",         "says all of it two times more",                    SILENCE, SELF, home_twice, NULL, NULL},
    {"what HOME said, backwards",     "says all of it from the last to the first",        SILENCE, SELF, home_backwards, NULL, NULL},
    {"what TARGET said",              "says again all that the target said",              SILENCE, SELF, target_again, NULL, NULL},
    {"what TARGET said, backwards",   "says all of it from the last to the first",        SILENCE, SELF, target_backwards, NULL, NULL},
    {"what HOME said, by another",    "says what another member said",                    SILENCE, ANY_HARM, home_by_another, NULL, NULL},
    {"what TARGET said, by another",  "says what another member said to the broker",      SILENCE, ANY_HARM, target_by_another, NULL, NULL},
    {"what the broker said",          "throws the broker's own frames back at it",        SILENCE, ANY_HARM, back_to_the_broker, NULL, NULL},
};
/* clang-format on */

/* ------------------------------------------------------------ to the nodes */

static const char *to_node(struct stage *stage, const char *node, const char *from,
        const char *to, bool back)
{
    evil_toward(stage->evil, node);
    return enough(say_again(stage->evil, from, to, back));
}

#define SAYS(name, node, from, to, back)                                               \
    static const char *name(struct stage *stage)                                       \
    {                                                                                  \
        return to_node(stage, node, from, to, back);                                   \
    }
SAYS(to_home, HOME, NETWORK_BROKER, HOME, false)
SAYS(to_home_backwards, HOME, NETWORK_BROKER, HOME, true)
SAYS(to_target, TARGET, NETWORK_BROKER, TARGET, false)
SAYS(to_target_backwards, TARGET, NETWORK_BROKER, TARGET, true)
SAYS(mail_of_target_to_home, HOME, NETWORK_BROKER, TARGET, false)
SAYS(mail_of_home_to_target, TARGET, NETWORK_BROKER, HOME, false)
SAYS(home_to_home, HOME, HOME, NETWORK_BROKER, false)
SAYS(home_to_target, TARGET, HOME, NETWORK_BROKER, false)

/* clang-format off */
static const struct hostile TO_THE_NODES[] = {
    {"to HOME again",              "tells HOME again all that it was told",          SILENCE, ANY_HARM, to_home, NULL, NULL},
    {"to HOME, backwards",         "tells all of it from the last to the first",     SILENCE, ANY_HARM, to_home_backwards, NULL, NULL},
    {"to TARGET again",            "tells TARGET again all that it was told",        SILENCE, ANY_HARM, to_target, NULL, NULL},
    {"to TARGET, backwards",       "tells all of it from the last to the first",     SILENCE, ANY_HARM, to_target_backwards, NULL, NULL},
    {"the mail of TARGET to HOME", "tells HOME what it told TARGET",                 SILENCE, ANY_HARM, mail_of_target_to_home, NULL, NULL},
    {"the mail of HOME to TARGET", "tells TARGET what it told HOME",                 SILENCE, ANY_HARM, mail_of_home_to_target, NULL, NULL},
    {"HOME's own words",           "throws back at HOME what HOME has said",         SILENCE, ANY_HARM, home_to_home, NULL, NULL},
    {"HOME's words to TARGET",     "throws at TARGET what HOME has put",             SILENCE, ANY_HARM, home_to_target, NULL, NULL},
};
/* clang-format on */

int main(void)
{
    int failed = hostile_run("said again to the broker", false, TO_THE_BROKER,
            COUNT_OF(TO_THE_BROKER));

    return failed + hostile_run("said again to the nodes", true, TO_THE_NODES,
                            COUNT_OF(TO_THE_NODES));
}
