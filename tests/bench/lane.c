/* lane.c - a crisis beside a mailbox of routine letters. */
#include "tests/bench/lane.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/vocab.h"
#include "tests/fleet_case.h"
#include "tests/fleet_ledger.h"

#define SENDER "thuiszorg"
#define READER "aksant"
#define OTHERS "chambry" /* from whom the routine comes */

enum {
    ROUTINE = 50000,
    ROUTINE_BYTES = 2048,
    CRISES = 40, /* an inbox names 50 at its head */
};

static const struct network_partner PARTNERS[] = {
        {SENDER, PARTNER_TYPE_HOMECARE},
        {READER, PARTNER_TYPE_LDC     },
        {OTHERS, PARTNER_TYPE_HOMECARE},
};
static const char *const SETTINGS[][2] = {
        {"pending_letters", "10000" },
        {"pending_mib",     "1024"  },
        {"mailbox_letters", "100000"},
        {"mailbox_mib",     "4096"  },
        {"log_level",       "warn"  },
};

static size_t crises(struct fleet *fleet)
{
    const struct list_cases list = {.box = CASE_BOX_CLOSED, .limit = 1};
    const struct request request = {.inbox = &list};

    return fleet_must(fleet, READER, &request, "")->cases->n_crises;
}

/* From the request until staff of the reader see it at the head of their inbox. */
static double one_ms(struct fleet *fleet, uint64_t consent, size_t nth)
{
    struct refer_note note;

    fleet_refer_note(&note, consent, READER, "Proef Persoon");
    note.refer.urgency = URGENCY_CRISIS;
    int64_t begin_ms = fleet_clock_ms();
    fleet_must(fleet, SENDER, &note.request, "");
    FLEET_UNTIL(fleet, crises(fleet) >= nth);
    return (double)(fleet_clock_ms() - begin_ms);
}

static size_t n_left(struct fleet *fleet)
{
    return (size_t)fleet_status(fleet, NETWORK_BROKER)->letters_waiting;
}

static void prepare(struct fleet *fleet)
{
    fleet_begin(fleet, PARTNERS, COUNT_OF(PARTNERS));
    for (size_t i = 0; i < COUNT_OF(SETTINGS); i++)
        fleet_set(fleet, NETWORK_BROKER, SETTINGS[i][0], SETTINGS[i][1]);
    for (size_t i = 0; i < COUNT_OF(PARTNERS); i++)
        fleet_set(fleet, PARTNERS[i].id, "log_level", "error");
    fleet_start_all(fleet);
    fleet_agree(fleet, SENDER, READER);
}

void lane_measure(const char *bin, const char *folder, struct figures *figures)
{
    static struct fleet fleet;
    double took_ms[CRISES];

    if (setenv("BIN", bin, 1) != 0 || setenv("TMPDIR", folder, 1) != 0)
        network_must(false, "the environment", NULL);
    prepare(&fleet);
    uint64_t consent = fleet_consent(&fleet, SENDER, "Proef Persoon", READER);
    fleet_stop(&fleet, NETWORK_BROKER);
    fleet_fill_mailbox(&fleet, OTHERS, READER, ROUTINE, ROUTINE_BYTES);
    fleet_start_ready(&fleet, NETWORK_BROKER);
    fleet_wait_connected(&fleet, SENDER);
    fleet_wait_connected(&fleet, READER);
    printf("routine letters that wait before the first crisis: %zu\n", n_left(&fleet));
    for (size_t i = 0; i < CRISES; i++)
        took_ms[i] = one_ms(&fleet, consent, i + 1);
    printf("and after the last: %zu\n", n_left(&fleet));
    figures_add(figures, FIGURE_CRISIS_P50, figures_percentile(took_ms, CRISES, 0.5));
    figures_add(figures, FIGURE_CRISIS_P99, figures_percentile(took_ms, CRISES, 0.99));
    fleet_end(&fleet);
}
