/* real_chaos.c - referrals flow both ways between real programs over bad lines: each
 * fault alone, then all together. Afterwards everything has ended, nothing was lost and
 * nothing happened twice, and each program was back soon after its line was good again.
 *
 * $CHAOS: the seed of an earlier run. */
#include <stdio.h>
#include <stdlib.h>

#include "core/hash.h"
#include "tests/chaos.h"
#include "tests/fleet_case.h"
#include "tests/fleet_ledger.h"

enum {
    FAULT_MS = 2500, /* so long with each fault */
    ALL_MS = 7000,   /* and with all of them */
    REFERRALS_MAX = 4000,
    UNDECIDED_MAX = 30,
    NAME_BYTES = 40,
    PAGE_MAX = 200,
    BACK_MS = 15000,  /* everything flows again so soon after a line is good */
    QUIET_MS = 60000, /* who is never told notices by heartbeats, and dials again */
    N_FLOWS = 2,
};

static const char ONE[] = "thuiszorg";
static const char OTHER[] = "aksant";
static const char QUIET[] = "stil";

/* One direction. */
struct stream {
    const char *from, *to;
    uint64_t consent;
    unsigned n_taken, n_decided;
    uint64_t decided; /* the last case */
};

struct work {
    struct fleet fleet;
    struct chaos lines[3]; /* of each node */
    struct stream flows[N_FLOWS];
    uint64_t quiet_consent;
    int64_t silent_ms; /* since when the quiet node hears nothing */
    uint64_t seed;
};

/* ------------------------------------------------------------ the load */

static void refer_one(struct work *work, struct stream *flow)
{
    char name[NAME_BYTES];

    if (flow->n_taken - flow->n_decided >= UNDECIDED_MAX ||
            flow->n_taken == REFERRALS_MAX)
        return;
    snprintf(name, sizeof name, "Persoon%u Voorbeeld", flow->n_taken);
    fleet_refer(&work->fleet, flow->from, flow->consent, flow->to, name);
    flow->n_taken++;
}

/* False: the step before is still on its way. */
static bool decide_one(struct work *work, struct stream *flow, uint64_t number)
{
    struct act_note note;

    fleet_act_note(&note, number,
            number % 4 == 0 ? OFFER_EVENT_DECLINE : OFFER_EVENT_ACCEPT);
    const char *code = fleet_ask(&work->fleet, flow->to, &note.request)->code;
    if (strcmp(code, "E_PENDING") == 0)
        return false;
    if (code[0] != '\0')
        fleet_fail(&work->fleet, "%s says %s to a decision", flow->to, code);
    flow->decided = number;
    flow->n_decided++;
    return true;
}

/* What others asked is decided; what was declined to us we have seen. */
static void decide_some(struct work *work, struct stream *flow)
{
    const struct case_list *page =
            fleet_cases(&work->fleet, flow->to, CASE_BOX_TO_DECIDE, 0);
    struct {
        uint64_t number;
        bool ours;
    } found[PAGE_MAX];
    size_t n = page->n_cases;

    for (size_t i = 0; i < n; i++) {
        found[i].number = page->cases[i].number;
        found[i].ours = page->cases[i].kind == CASE_KIND_REFERRAL_OUT;
    }
    for (size_t i = 0; i < n; i++)
        if (found[i].ours)
            fleet_act(&work->fleet, flow->to, found[i].number, OFFER_EVENT_SEEN);
        else if (found[i].number > flow->decided &&
                 !decide_one(work, flow, found[i].number))
            return;
}

static void flow_on(struct work *work)
{
    for (size_t i = 0; i < N_FLOWS; i++) {
        refer_one(work, &work->flows[i]);
        decide_some(work, &work->flows[i]);
    }
    fleet_breathe();
}

/* ------------------------------------------------------------ good again */

static bool is_quiet(struct work *work)
{
    bool quiet = true;

    /* What one side sent ends only when the other has decided. */
    for (size_t i = 0; i < N_FLOWS; i++)
        decide_some(work, &work->flows[i]);
    for (size_t i = 0; quiet && i < N_FLOWS; i++) {
        const struct stream *flow = &work->flows[i];
        const struct status *status = fleet_status(&work->fleet, flow->to);
        quiet = flow->n_decided == flow->n_taken && status->outbox == 0 &&
                status->to_decide == 0;
    }
    return quiet;
}

static void heal_all(struct work *work)
{
    /* The quiet one's line stays as it is. */
    for (size_t i = 0; i < N_FLOWS; i++)
        chaos_heal(&work->lines[i]);
}

static void spoil(struct work *work, unsigned kinds, int64_t for_ms, const char *what)
{
    int64_t end_ms = fleet_clock_ms() + for_ms;
    unsigned before = 0, after = 0;

    for (unsigned kind = 0; kind < CHAOS_N_KINDS; kind++)
        before +=
                chaos_count(&work->lines[0], kind) + chaos_count(&work->lines[1], kind);
    for (size_t i = 0; i < N_FLOWS; i++)
        chaos_set(&work->lines[i], kinds);
    while (fleet_clock_ms() < end_ms)
        flow_on(work);
    for (unsigned kind = 0; kind < CHAOS_N_KINDS; kind++)
        after +=
                chaos_count(&work->lines[0], kind) + chaos_count(&work->lines[1], kind);
    heal_all(work);
    int64_t healed_ms = fleet_clock_ms();
    FLEET_UNTIL(&work->fleet, is_quiet(work));
    int64_t back_ms = fleet_clock_ms() - healed_ms;
    printf("# %s: %u faults, all ended %lld ms after\n", what, after - before,
            (long long)back_ms);
    assert_true(after > before);
    assert_true(back_ms < BACK_MS);
}

/* ------------------------------------------------------------ the tests */

static void test_each_fault_alone(void **state)
{
    /* Who loses the broker unseen waits for its heartbeats: that is the last test. */
    for (enum chaos_kind kind = 0; kind < CHAOS_LOST_BROKER; kind++)
        spoil(*state, 1U << kind, FAULT_MS, chaos_name(kind));
}

static void test_all_faults_together(void **state)
{
    spoil(*state, (1U << CHAOS_N_KINDS) - 1, ALL_MS, "all together");
}

/* A node whose broker fell silent notices by itself. What it took meanwhile arrives. */
static void test_a_line_that_falls_silent_is_noticed(void **state)
{
    struct work *work = *state;
    struct fleet *fleet = &work->fleet;

    assert_int_equal(chaos_count(&work->lines[2], CHAOS_LOST_BROKER), 1);
    fleet_refer(fleet, QUIET, work->quiet_consent, OTHER, "Mevrouw Stil");
    while (fleet_first_case(fleet, OTHER, CASE_BOX_TO_DECIDE) == 0) {
        if (fleet_clock_ms() - work->silent_ms > QUIET_MS)
            fleet_fail(fleet, "%s never noticed that its line is silent", QUIET);
        fleet_breathe();
    }
    printf("# noticed after %lld ms\n",
            (long long)(fleet_clock_ms() - work->silent_ms));
    fleet_act(fleet, OTHER, fleet_wait_case(fleet, OTHER, CASE_BOX_TO_DECIDE),
            OFFER_EVENT_ACCEPT);
    FLEET_UNTIL(fleet, fleet_status(fleet, QUIET)->outbox == 0);
}

static unsigned number_of(const char *name)
{
    unsigned number = REFERRALS_MAX;

    sscanf(name, "Persoon%u", &number);
    return number;
}

/* Every referral of a flow is one case at its reader, with its own content when it was
 * accepted. */
static void check_flow(struct work *work, const struct stream *flow)
{
    uint8_t *seen = calloc(REFERRALS_MAX + 1, 1);
    uint64_t after = 0, numbers[PAGE_MAX];
    size_t n_here = 0, n_declined = 0, n_page;

    assert_non_null(seen);
    do {
        const struct case_list *page =
                fleet_cases(&work->fleet, flow->to, CASE_BOX_NONE, after);
        n_page = page->n_cases;
        for (size_t i = 0; i < n_page; i++)
            numbers[i] = page->cases[i].number;
        for (size_t i = 0; i < n_page; i++) {
            const struct case_detail *detail =
                    fleet_show(&work->fleet, flow->to, numbers[i]);
            if (strcmp(detail->line->other, flow->from) != 0 ||
                    detail->line->kind != CASE_KIND_REFERRAL_IN)
                continue;
            n_here++;
            if (detail->line->state == OFFER_STATE_DECLINED) {
                n_declined++;
                continue;
            }
            assert_int_equal(detail->line->state, OFFER_STATE_ACCEPTED);
            assert_non_null(detail->referral);
            seen[number_of(detail->referral->person->name)]++;
        }
        after = n_page > 0 ? numbers[n_page - 1] : 0;
    } while (n_page > 0);
    assert_int_equal(n_here, flow->n_taken);
    for (unsigned i = 0; i < flow->n_taken; i++) {
        assert_true(seen[i] <= 1);
        n_here -= seen[i];
    }
    assert_int_equal(n_here, n_declined);
    free(seen);
}

static void test_nothing_is_lost_and_nothing_twice(void **state)
{
    struct work *work = *state;
    struct ledger_of_fleet ledger;
    size_t n = 0;

    for (size_t i = 0; i < N_FLOWS; i++) {
        check_flow(work, &work->flows[i]);
        n += work->flows[i].n_taken;
    }
    assert_int_equal(fleet_stop(&work->fleet, ONE), 0);
    assert_int_equal(fleet_stop(&work->fleet, OTHER), 0);
    assert_int_equal(fleet_stop(&work->fleet, QUIET), 0);
    assert_int_equal(fleet_stop(&work->fleet, NETWORK_BROKER), 0);
    fleet_read_ledger(&work->fleet, &ledger);
    printf("# %zu referrals, %zu letters\n", n, ledger.n_taken);
    assert_int_equal(ledger.faults, 0);
    assert_int_equal(ledger.n_live, 0);
    assert_int_equal(ledger.n_twice, 0);
    assert_int_equal(ledger.n_ended, ledger.n_taken);
    assert_true(ledger.n_ended >= 2 * n);
}

/* ------------------------------------------------------------ */

static void begin_lines(struct work *work)
{
    const char *const nodes[] = {ONE, OTHER, QUIET};

    for (size_t i = 0; i < COUNT_OF(nodes); i++) {
        chaos_begin(&work->lines[i], &work->fleet, work->seed + i * REFERRALS_MAX);
        fleet_set(&work->fleet, nodes[i], "broker_address", work->lines[i].address);
    }
}

static void choose_seed(struct work *work)
{
    const char *given = getenv("CHAOS");

    hash_random(&work->seed, sizeof work->seed);
    if (given != NULL && given[0] != '\0')
        work->seed = strtoull(given, NULL, 10);
    printf("# again: CHAOS=%llu build/tests/real_chaos\n",
            (unsigned long long)work->seed);
}

static int begin(void **state)
{
    static const struct network_partner partners[] = {
            {ONE,   PARTNER_TYPE_HOMECARE},
            {OTHER, PARTNER_TYPE_LDC     },
            {QUIET, PARTNER_TYPE_HOMECARE},
    };
    struct work *work = calloc(1, sizeof *work);

    assert_non_null(work);
    *state = work;
    fleet_begin(&work->fleet, partners, COUNT_OF(partners));
    choose_seed(work);
    begin_lines(work);
    fleet_start_all(&work->fleet);
    fleet_agree(&work->fleet, ONE, OTHER);
    fleet_agree(&work->fleet, QUIET, OTHER);
    work->flows[0] = (struct stream){.from = ONE, .to = OTHER};
    work->flows[1] = (struct stream){.from = OTHER, .to = ONE};
    for (size_t i = 0; i < N_FLOWS; i++)
        work->flows[i].consent = fleet_consent(&work->fleet, work->flows[i].from,
                "Mevrouw Voorbeeld", work->flows[i].to);
    work->quiet_consent = fleet_consent(&work->fleet, QUIET, "Mevrouw Stil", OTHER);
    chaos_set(&work->lines[2], 1U << CHAOS_LOST_BROKER);
    FLEET_UNTIL(&work->fleet, chaos_count(&work->lines[2], CHAOS_LOST_BROKER) > 0);
    chaos_set(&work->lines[2], 0);
    work->silent_ms = fleet_clock_ms();
    return 0;
}

static int end(void **state)
{
    struct work *work = *state;

    fleet_end(&work->fleet);
    for (size_t i = 0; i < COUNT_OF(work->lines); i++)
        chaos_end(&work->lines[i]);
    free(work);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_each_fault_alone),
            cmocka_unit_test(test_all_faults_together),
            cmocka_unit_test(test_a_line_that_falls_silent_is_noticed),
            cmocka_unit_test(test_nothing_is_lost_and_nothing_twice),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
