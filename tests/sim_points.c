/* sim_points.c - the sending node, the broker when a letter is put and when it is
 * handed over, and the receiving node say the same of it, wherever they know the same:
 * random letters, consents and offers over the real gathering of facts.
 *
 *     LETTERS=n letters (20000) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "nodes/consents.h"
#include "tests/peek.h"
#include "tests/points.h"
#include "tests/world.h"

enum { LETTERS = 20000, LIST_MAX = 3 };

#define HOME   "thuiszorg"
#define READER "aksant"

static const char *const NAMES[] = {HOME, READER, "chambry", "noord", "meldpunt",
        "antenne", "stranger"};

/* What a point points to. */
struct drawn {
    struct point point;
    const char *senders[LIST_MAX], *recipients[LIST_MAX];
    uint16_t types[LIST_MAX], purposes[LIST_MAX], data[LIST_MAX + 3], preview[LIST_MAX],
            declared[LIST_MAX];
};

static bool one_in(uint32_t n)
{
    return sim_below(n) == 0;
}

static size_t draw_names(const char *names[LIST_MAX])
{
    size_t n = 1 + sim_below(LIST_MAX);
    for (size_t i = 0; i < n; i++)
        names[i] = NAMES[one_in(3) ? sim_below(COUNT_OF(NAMES)) : i];
    return n;
}

static size_t draw_rows(uint16_t *rows, size_t max, const uint16_t *usual,
        size_t n_usual, uint16_t n_all)
{
    size_t n = 1 + sim_below((uint32_t)max);
    for (size_t i = 0; i < n; i++)
        rows[i] = one_in(12) ? (uint16_t)sim_below(n_all)
                             : usual[sim_below((uint32_t)n_usual)];
    return n;
}

static const uint16_t DATA[] = {DATA_CATEGORY_NEEDS, DATA_CATEGORY_CONTACT,
        DATA_CATEGORY_LANGUAGE};
static const uint16_t PURPOSES[] = {PURPOSE_CARE_COORDINATION,
        PURPOSE_CONTACT_AND_VISIT};

static void draw_capsule(struct drawn *drawn)
{
    static const uint16_t types[] = {PARTNER_TYPE_LDC, PARTNER_TYPE_MELDPUNT};
    static const uint16_t bases[] = {LEGAL_BASIS_CONSENT, LEGAL_BASIS_CONSENT_EXPLICIT,
            LEGAL_BASIS_VITAL_INTEREST, LEGAL_BASIS_LEGAL_OBLIGATION};
    uint32_t today = (uint32_t)time_brussels_day(sim_now());
    struct consent *capsule = &drawn->point.capsule;
    size_t n_data = COUNT_OF(DATA);

    memcpy(drawn->data, DATA, sizeof DATA);
    n_data += draw_rows(drawn->data + n_data, LIST_MAX, DATA, COUNT_OF(DATA),
            N_DATA_CATEGORY);
    *capsule = (struct consent){.v = 1,
            .consent_id = {{1}},
            .collector = HOME,
            .senders = drawn->senders,
            .n_senders = draw_names(drawn->senders),
            .recipients = drawn->recipients,
            .n_recipients = one_in(4) ? 0 : draw_names(drawn->recipients),
            .recipient_types = drawn->types,
            .n_recipient_types = one_in(3) ? draw_rows(drawn->types, LIST_MAX, types,
                                                     COUNT_OF(types), N_PARTNER_TYPE)
                                           : 0,
            .area = one_in(8) ? "44021" : "21004",
            .purposes = drawn->purposes,
            .n_purposes = draw_rows(drawn->purposes, LIST_MAX, PURPOSES,
                    COUNT_OF(PURPOSES), N_PURPOSE),
            .data_categories = drawn->data,
            .n_data_categories = n_data,
            .preview_categories = drawn->preview,
            .n_preview_categories = 1,
            .level_max = one_in(6) ? LEVEL_S0 : LEVEL_S2,
            .from_day = today - sim_below(3),
            .until_day = today + sim_below(9) - (one_in(20) ? 1 : 0),
            .legal_basis = bases[one_in(4) ? sim_below(COUNT_OF(bases)) : 0],
            .secrecy_basis = (uint16_t)sim_below(N_SECRECY_BASIS),
            .onward_depth = sim_below(3)};
    drawn->preview[0] = DATA_CATEGORY_NEEDS;
}

static void draw_letter(struct drawn *drawn)
{
    static const enum letter_type types[] = {LETTER_TYPE_PREVIEW, LETTER_TYPE_CONTENT,
            LETTER_TYPE_TEXT, LETTER_TYPE_VISIT, LETTER_TYPE_SIGNAL,
            LETTER_TYPE_INFO_REQUEST, LETTER_TYPE_INFO_REPLY, LETTER_TYPE_EVENT};
    struct letter_core *core = &drawn->point.core;
    const char *a = NAMES[one_in(4) ? sim_below(COUNT_OF(NAMES)) : 0];
    const char *b = NAMES[one_in(3) ? sim_below(COUNT_OF(NAMES)) : 1];
    bool answer = one_in(4);

    drawn->declared[0] = DATA_CATEGORY_NEEDS;
    *core = (struct letter_core){.v = 1,
            .class_ = one_in(30) ? LETTER_CLASS_CONTROL : LETTER_CLASS_PERSONAL,
            .type = types[sim_below(COUNT_OF(types))],
            .sender = answer ? b : a,
            .recipient = answer ? a : b,
            .on_behalf_of = one_in(8) ? "antenne" : "",
            .consent_id = {{one_in(40) ? 2 : 1}},
            .purpose = PURPOSES[one_in(5)],
            .data_categories = drawn->declared,
            .n_data_categories = one_in(3) ? draw_rows(drawn->declared, LIST_MAX, DATA,
                                                     COUNT_OF(DATA), N_DATA_CATEGORY)
                                           : 1,
            .level = (enum level)(one_in(4) ? sim_below(4) : LEVEL_S1),
            .urgency = URGENCY_ROUTINE,
            .area = one_in(9)   ? "44021"
                    : one_in(9) ? ""
                                : "21004"};
    if (one_in(6))
        return;
    drawn->point.offer_sender = a;
    drawn->point.offer_target = one_in(20) ? "noord" : b;
}

static void draw(struct drawn *drawn)
{
    *drawn = (struct drawn){
            .point = {.there = !one_in(40),
                      .withdrawn = one_in(30),
                      .conflict = one_in(40),
                      .offer_accepted = !one_in(3),
                      .lodging = one_in(3),
                      .first_claim = one_in(8)}
    };
    draw_capsule(drawn);
    draw_letter(drawn);
}

static enum code at_node(const char *id, const struct point *point)
{
    const struct consents_known known = {.there = point->there,
            .capsule = point->capsule,
            .withdrawn = point->withdrawn,
            .conflict = point->conflict};
    const struct consents_ask ask = {.core = &point->core,
            .known = &known,
            .offer_sender = point->offer_sender,
            .offer_target = point->offer_target,
            .offer_accepted = point->offer_accepted,
            .lodging = point->lodging,
            .first_claim = point->first_claim,
            .actual_categories = point->actual};
    return consents_judge(world_node(id), &ask);
}

static size_t n_letters(void)
{
    const char *text = getenv("LETTERS");
    unsigned long n = text != NULL ? strtoul(text, NULL, 10) : LETTERS;
    return n == 0 ? LETTERS : n;
}

/* Partnerships in each state, and partners of each kind. */
static void make_world(void)
{
    const struct partnership_change change = {.verb = PARTNERSHIP_VERB_END,
            .partner = HOME};
    struct request request = {.partnership = &change};

    world_fresh(71);
    (void)world_must("noord", &request, "");
    world_quiet();
}

static void the_points_agree(void **state)
{
    static struct drawn drawn;
    size_t n_of[N_CODES] = {0};
    size_t n_codes = 0;

    (void)state;
    make_world();
    for (size_t i = 0; i < n_letters(); i++) {
        const struct point *point = &drawn.point;
        draw(&drawn);
        enum code sending = at_node(HOME, point);
        enum code receiving = at_node(READER, point);
        enum code put = points_broker_put(world_broker(), point);
        n_of[sending]++;
        if (sending != put || receiving != put)
            fail_msg(
                    "letter %zu from %s to %s for \"%s\": %s here, %s there, %s at the "
                    "broker",
                    i, point->core.sender, point->core.recipient,
                    point->core.on_behalf_of, code_name(sending), code_name(receiving),
                    code_name(put));
        if (point->core.class_ == LETTER_CLASS_PERSONAL)
            assert_int_equal(points_broker_hand_over(world_broker(), point), put);
        /* What the nodes alone see can only make it worse. */
        drawn.point.actual = UINT64_C(1) << (1 + sim_below(N_DATA_CATEGORY - 1));
        enum code opened = at_node(READER, point);
        assert_true(opened == put || opened != CODE_OK);
    }
    /* Many pass, and each code of consent was among the answers. */
    for (size_t i = 0; i < N_CODES; i++) {
        n_codes += n_of[i] > 0;
        if (n_of[i] > 0)
            print_message("# %s: %zu\n", code_name((enum code)i), n_of[i]);
    }
    assert_true(n_of[CODE_OK] > n_letters() / 50);
    assert_true(n_codes >= 15);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(the_points_agree),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
