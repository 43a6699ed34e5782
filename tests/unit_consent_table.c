/* unit_consent_table.c - the decision on a letter as one table: each two faults
 * together, each thing missing, and each thing missing beside each fault. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/consent_cases.h"

/* Everything that the rule may look at, so that each can be taken away. What may be
 * missing without a no is said with the reason. */
/* clang-format off */
#define FIELDS(X) \
    X(facts.core, false) \
    X(facts.capsule, false) \
    X(facts.partnership.state, false) \
    X(facts.partnership.purposes, false) \
    X(facts.partnership.data_categories, false) \
    X(facts.partnership.secrecy_bound_of_recipient, false) \
    X(facts.partnership, false) \
    X(facts.offer_sender, false) \
    X(facts.offer_target, false) \
    X(facts.offer_accepted, false) \
    X(facts.sender_type, false) \
    X(facts.recipient_type, false) \
    X(facts.recipient_areas, true)   /* only asked of a recipient that is named by type                  */ \
    X(facts.recipient_n_areas, true) /* the same                                                         */ \
    X(core.class_, false) \
    X(core.type, false) \
    X(core.sender, false) \
    X(core.recipient, false) \
    X(core.on_behalf_of, false) \
    X(core.area, false) \
    X(core.consent_id, false) \
    X(core.purpose, false) \
    X(core.data_categories, false) \
    X(core.n_data_categories, true)  /* it declares that it holds nothing                                */ \
    X(core.level, false) \
    X(core.urgency, true)            /* no rule of consent                                               */ \
    X(letter_data[0], false) \
    X(capsule.consent_id, false) \
    X(capsule.collector, false) \
    X(capsule.senders, false) \
    X(capsule.n_senders, false) \
    X(senders[0], false) \
    X(senders[1], false) \
    X(capsule.recipients, false) \
    X(capsule.n_recipients, false) \
    X(recipients[0], false) \
    X(capsule.recipient_types, true) /* none are named                                                   */ \
    X(capsule.area, false) \
    X(capsule.purposes, false) \
    X(capsule.n_purposes, false) \
    X(purposes[0], false) \
    X(capsule.data_categories, false) \
    X(capsule.n_data_categories, false) \
    X(data[0], false) \
    X(capsule.preview_categories, false) \
    X(capsule.n_preview_categories, true) /* nothing may be shown beforehand; this is no preview         */ \
    X(preview[0], false) \
    X(capsule.level_max, false) \
    X(capsule.from_day, false) \
    X(capsule.until_day, false) \
    X(capsule.legal_basis, false) \
    X(capsule.secrecy_basis, false) \
    X(capsule.onward_depth, true)    /* it may not be handed on, and is not                              */ \
    X(now_ms, false)
/* clang-format on */

#define FIELD(field, may)                                                              \
    {#field, offsetof(struct world, field), sizeof(((struct world *)NULL)->field), may},
static const struct {
    const char *name;
    size_t at;
    size_t size;
    bool may; /* be missing */
} FIELD_ROWS[] = {FIELDS(FIELD)};

static void take_away(struct world *w, size_t field)
{
    memset((char *)w + FIELD_ROWS[field].at, 0, FIELD_ROWS[field].size);
}

static void each_thing_missing_denies(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(FIELD_ROWS); i++) {
        struct world w;
        world_make(&w);
        take_away(&w, i);
        enum code verdict = consent_decide(&w.facts, w.now_ms);
        if ((verdict == CODE_OK) != FIELD_ROWS[i].may)
            fail_msg("without %s: %s", FIELD_ROWS[i].name, code_name(verdict));
    }
}

/* A list without its length, a length without its list, numbers past every end: no
 * fault of a reader may open a way. */
static void each_thing_unreadable_denies(void **state)
{
    (void)state;
    struct world w;
    world_make(&w);
    const struct {
        uint16_t *row;
    } rows[] = {
            {&w.core.purpose},
            {&w.capsule.legal_basis},
            {&w.letter_data[0]},
            {&w.letter_data[1]},
            {&w.data[0]},
    };
    const uint16_t wrong[] = {0, 63, 64, 65, 255, UINT16_MAX};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (size_t k = 0; k < COUNT_OF(wrong); k++) {
            uint16_t right = *rows[i].row;
            *rows[i].row = wrong[k];
            if (consent_decide(&w.facts, w.now_ms) == CODE_OK)
                fail_msg("code %zu as %d passes", i, wrong[k]);
            *rows[i].row = right;
        }
    assert_int_equal(consent_decide(&w.facts, w.now_ms), CODE_OK);
    for (int level = -1; level < 7; level++) {
        world_make(&w);
        w.core.level = (enum level)level;
        bool right = level == LEVEL_S1 || level == LEVEL_S2;
        assert_int_equal(consent_decide(&w.facts, w.now_ms) == CODE_OK, right);
    }
}

/* What takes the fault itself away opens no way: a letter that declares nothing, a
 * preview or a depth that the capsule no longer names, half an offer that is none. */
static bool is_cure(size_t row, size_t field)
{
    const char *name = FIELD_ROWS[field].name;
    return strcmp(name, "core.n_data_categories") == 0 ||
           strcmp(name, "capsule.n_preview_categories") == 0 ||
           (strcmp(name, "capsule.onward_depth") == 0 &&
                   strcmp(ROWS[row].name, "capsule_too_deep") == 0) ||
           (strncmp(name, "facts.offer_", 12) == 0 &&
                   strncmp(ROWS[row].name, "offer_without_", 14) == 0);
}

static void nothing_missing_opens_a_way(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        for (size_t k = 0; k < COUNT_OF(FIELD_ROWS); k++) {
            struct world w;
            world_make(&w);
            ROWS[i].change(&w);
            if (consent_decide(&w.facts, w.now_ms) == CODE_OK)
                continue;
            take_away(&w, k);
            if (consent_decide(&w.facts, w.now_ms) == CODE_OK && !is_cure(i, k))
                fail_msg("%s is right without %s", ROWS[i].name, FIELD_ROWS[k].name);
        }
}

/* --- two faults --- */

enum { RULES_ROOM = 64 };

static size_t rule_of(const char *id)
{
    size_t n;
    const struct consent_rule *rules = consent_rules(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(rules[i].id, id) == 0)
            return i;
    return n;
}

/* Does this rule still say no, when all before it are passed over? Only asked of rules
 * up to the first that could not be asked past. */
static bool denies(const struct world *w, size_t rule)
{
    size_t n;
    const struct consent_rule *rules = consent_rules(&n);
    int32_t day = time_brussels_day(w->now_ms);
    for (size_t i = 0; i < rule; i++)
        if ((rules[i].kind & CONSENT_BASE) != 0 && !rules[i].holds(&w->facts, day))
            return false;
    return !rules[rule].holds(&w->facts, day);
}

/* Of two rules that can both say no of one letter, the first gives the code. Faults may
 * undo each other (another recipient is no fault of an offer that is not there), so a
 * pair counts when both still stand; nearly every pair of rules must have counted. */
static void of_two_faults_the_first_rule_speaks(void **state)
{
    static bool seen[RULES_ROOM][RULES_ROOM];
    size_t n_rules, n_pairs = 0, n_undone = 0, n_unseen = 0;
    const struct consent_rule *rules = consent_rules(&n_rules);
    (void)state;
    assert_true(n_rules <= RULES_ROOM);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        for (size_t k = 0; k < COUNT_OF(ROWS); k++) {
            size_t one = rule_of(ROWS[i].rule), other = rule_of(ROWS[k].rule);
            size_t first = one < other ? one : other;
            size_t last = one < other ? other : one;
            struct world w;
            if (last == n_rules || first == last)
                continue;
            world_make(&w);
            ROWS[i].change(&w);
            ROWS[k].change(&w);
            enum code verdict = consent_decide(&w.facts, w.now_ms);
            size_t spoke = rule_of(first_no(&w));
            if (verdict != (spoke < n_rules ? rules[spoke].code : CODE_OK))
                fail_msg("%s with %s: %s", ROWS[i].name, ROWS[k].name,
                        code_name(verdict));
            if (!denies(&w, first)) {
                n_undone++;
                continue;
            }
            if (spoke > first)
                fail_msg("%s with %s: \"%s\" before \"%s\"", ROWS[i].name, ROWS[k].name,
                        rules[spoke].id, rules[first].id);
            seen[first][last] |= spoke == first;
            n_pairs++;
        }
    for (size_t i = 0; i < n_rules; i++)
        for (size_t k = i + 1; k < n_rules; k++)
            if (!seen[i][k]) {
                print_message("# never both: %s, %s\n", rules[i].id, rules[k].id);
                n_unseen++;
            }
    print_message("# %zu pairs of faults, %zu undone, %zu pairs of rules never meet\n",
            n_pairs, n_undone, n_unseen);
    assert_true(n_pairs > 10000 && n_undone < n_pairs / 20);
    assert_true(n_unseen <= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(each_thing_missing_denies),
            cmocka_unit_test(each_thing_unreadable_denies),
            cmocka_unit_test(nothing_missing_opens_a_way),
            cmocka_unit_test(of_two_faults_the_first_rule_speaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
