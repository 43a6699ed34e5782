/* plan.c - drawing a plan from a seed, writing it as one line, reading it back. */
#include "tests/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/span.h"

static const char *const WORDS[] = {
#define X(NAME, word, words) word,
        PLAN_FAULTS(X)
#undef X
};

const char *plan_fault_word(enum plan_fault fault)
{
    return WORDS[fault];
}

/* splitmix64: neighbouring seeds have nothing in common. */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* Mostly few: with few partners most happens to each; now and then a whole region. */
static uint32_t draw_nodes(uint64_t *state)
{
    static const struct {
        uint32_t percent, from, to;
    } sizes[] = {
            {20, 2,  3             },
            {50, 4,  6             },
            {22, 7,  12            },
            {6,  13, 24            },
            {2,  25, PLAN_NODES_MAX}
    };
    uint32_t number = (uint32_t)(next(state) % 100);
    size_t i = 0;

    while (number >= sizes[i].percent)
        number -= sizes[i++].percent;
    return sizes[i].from + (uint32_t)(next(state) % (sizes[i].to - sizes[i].from + 1));
}

struct plan plan_of(uint64_t seed)
{
    struct plan plan = {.seed = seed};
    uint64_t state = seed;

    plan.n_nodes = draw_nodes(&state);
    memset(plan.steps, true, sizeof plan.steps);
    for (size_t i = 0; i < N_PLAN_FAULTS; i++)
        plan.faults[i] = next(&state) % 2 == 0;
    /* These change so much that they are rarer; and a backup is a thing of the system's
     * files, so that a life has backups or disks of its own. */
    plan.faults[PLAN_WIPE] = next(&state) % 4 == 0;
    plan.faults[PLAN_OLDER] = next(&state) % 4 == 0;
    plan.faults[PLAN_RESTORE] = next(&state) % 4 == 0;
    bool disks = next(&state) % 2 == 0;
    for (size_t i = PLAN_POWER; i < N_PLAN_FAULTS; i++)
        plan.faults[i] = plan.faults[i] && disks;
    if (plan_on_disks(&plan))
        plan.faults[PLAN_OLDER] = plan.faults[PLAN_RESTORE] = false;
    return plan;
}

bool plan_on_disks(const struct plan *plan)
{
    for (size_t i = PLAN_POWER; i < N_PLAN_FAULTS; i++)
        if (plan->faults[i])
            return true;
    return false;
}

size_t plan_n_steps(const struct plan *plan)
{
    size_t n = 0;

    for (size_t i = 0; i < PLAN_STEPS; i++)
        n += plan->steps[i];
    return n;
}

/* ------------------------------------------------------------ as text */

static void add(char *text, const char *words)
{
    size_t len = strlen(text);

    snprintf(text + len, PLAN_TEXT_BYTES - len, "%s", words);
}

static void add_steps(const struct plan *plan, char *text)
{
    const char *comma = "";
    char range[40];

    for (size_t i = 0; i < PLAN_STEPS; i++) {
        size_t end = i;
        while (end < PLAN_STEPS && plan->steps[end])
            end++;
        if (end == i)
            continue;
        snprintf(range, sizeof range, "%s%zu-%zu", comma, i, end - 1);
        add(text, range);
        comma = ",";
        i = end;
    }
    if (comma[0] == '\0')
        add(text, "none");
}

static void add_faults(const struct plan *plan, char *text)
{
    const char *comma = "";

    for (size_t i = 0; i < N_PLAN_FAULTS; i++) {
        if (!plan->faults[i])
            continue;
        add(text, comma);
        add(text, WORDS[i]);
        comma = ",";
    }
    if (comma[0] == '\0')
        add(text, "none");
}

void plan_faults(const struct plan *plan, char text[PLAN_TEXT_BYTES])
{
    text[0] = '\0';
    add_faults(plan, text);
}

void plan_line(const struct plan *plan, char text[PLAN_TEXT_BYTES])
{
    const struct plan whole = plan_of(plan->seed);

    snprintf(text, PLAN_TEXT_BYTES, "make sim SEED=%llu",
            (unsigned long long)plan->seed);
    if (plan->n_nodes != whole.n_nodes) {
        char nodes[24];
        snprintf(nodes, sizeof nodes, " NODES=%u", plan->n_nodes);
        add(text, nodes);
    }
    if (memcmp(plan->steps, whole.steps, sizeof whole.steps) != 0) {
        add(text, " STEPS=");
        add_steps(plan, text);
    }
    if (memcmp(plan->faults, whole.faults, sizeof whole.faults) != 0) {
        add(text, " FAULTS=");
        add_faults(plan, text);
    }
}

/* NULL: as the seed says. */
static const char *said(const char *name)
{
    const char *text = getenv(name);

    return text != NULL && text[0] != '\0' ? text : NULL;
}

/* "40" is the first forty of them, "3-3,7-12" just these. */
static bool read_steps(const char *text, struct plan *plan)
{
    bool many = strpbrk(text, ",-") != NULL;

    memset(plan->steps, false, sizeof plan->steps);
    if (strcmp(text, "none") == 0)
        return true;
    while (*text != '\0') {
        char *end;
        unsigned long from = strtoul(text, &end, 10), to = from;
        if (end == text)
            return false;
        if (*end == '-')
            to = strtoul(end + 1, &end, 10);
        if (!many && to > 0)
            from = 0, to--;
        for (unsigned long i = from; i <= to && i < PLAN_STEPS; i++)
            plan->steps[i] = true;
        text = end + (*end == ',');
        if (*end != '\0' && *end != ',')
            return false;
    }
    return true;
}

static bool read_faults(const char *text, struct plan *plan)
{
    memset(plan->faults, false, sizeof plan->faults);
    if (strcmp(text, "none") == 0)
        return true;
    while (*text != '\0') {
        size_t len = strcspn(text, ","), i = 0;
        while (i < N_PLAN_FAULTS &&
                (strlen(WORDS[i]) != len || strncmp(WORDS[i], text, len) != 0))
            i++;
        if (i == N_PLAN_FAULTS)
            return false;
        plan->faults[i] = true;
        text += len + (text[len] == ',');
    }
    return true;
}

bool plan_from_environment(uint64_t seed, struct plan *plan)
{
    const char *nodes = said("NODES"), *steps = said("STEPS"), *faults = said("FAULTS");
    struct plan read = plan_of(seed);

    if (nodes != NULL)
        read.n_nodes = (uint32_t)strtoul(nodes, NULL, 10);
    if (read.n_nodes < PLAN_NODES_MIN || read.n_nodes > PLAN_NODES_MAX ||
            (steps != NULL && !read_steps(steps, &read)) ||
            (faults != NULL && !read_faults(faults, &read)))
        return false;
    *plan = read;
    return true;
}
