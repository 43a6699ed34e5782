/* interleaved.c - what people do with a list of candidates while every frame waits
 * until chance lets it come. */
#include "tests/interleaved.h"

#include <stdio.h>

#include "core/ids.h"
#include "core/time.h"
#include "tests/peek.h"
#include "tests/watch.h"

enum { CANDIDATES_MIN = 2, MOMENT_MS = 1500 };

const struct network_partner INTERLEAVED[] = {
        {INTERLEAVED_HOME, PARTNER_TYPE_HOMECARE},
        {"huis-a",         PARTNER_TYPE_LDC     },
        {"huis-b",         PARTNER_TYPE_LDC     },
        {"huis-c",         PARTNER_TYPE_LDC     },
        {"huis-d",         PARTNER_TYPE_LDC     },
};

static void say(const struct round *round, const char *who, const char *what)
{
    if (round->aloud)
        printf("# %llu: %s %s\n", (unsigned long long)round->number, who, what);
}

/* ------------------------------------------------------------ a referral */

static void read_id(sqlite3 *db, struct id *id, char hex[INTERLEAVED_HEX_BYTES],
        const char *sql, unsigned long long number, unsigned long long place)
{
    char upper[INTERLEAVED_HEX_BYTES] = "";

    peek_text(db, upper, sizeof upper, sql, number, place);
    if (!ids_unhex(upper, id->b, sizeof id->b))
        watch_broken("the sender has no case %llu", number);
    ids_hex((struct span){id->b, sizeof id->b}, hex);
}

static void read_ids(struct round *round)
{
    sqlite3 *db = peek_of(INTERLEAVED_HOME);
    char hex[INTERLEAVED_HEX_BYTES];

    read_id(db, &round->referral, round->referral_hex,
            "SELECT lower(hex(referral_id)) FROM case_file WHERE number = %llu",
            round->sent_case, 0);
    read_id(db, &round->consent_id, hex,
            "SELECT lower(hex(consent_id)) FROM case_file WHERE number = %llu",
            round->sent_case, 0);
    for (size_t i = 0; i < round->n; i++)
        read_id(db, &round->list[i].offer, round->list[i].hex,
                "SELECT lower(hex(offer_id)) FROM offer WHERE case_number = %llu"
                " ORDER BY position LIMIT 1 OFFSET %llu",
                round->sent_case, i);
}

/* Some of the candidates, in any order. */
static void choose_candidates(struct round *round, const char *ids[INTERLEAVED_LIST])
{
    round->n = CANDIDATES_MIN + sim_below(INTERLEAVED_LIST - CANDIDATES_MIN + 1);
    size_t first = sim_below(INTERLEAVED_LIST),
           by = sim_below(2) == 0 ? 1 : INTERLEAVED_LIST - 1;
    for (size_t i = 0; i < round->n; i++) {
        ids[i] = INTERLEAVED[1 + (first + i * by) % INTERLEAVED_LIST].id;
        round->list[i] = (struct asked){.id = ids[i]};
    }
}

void interleaved_refer(struct round *round)
{
    const char *ids[INTERLEAVED_LIST];
    struct world_consent consent = {.level_max = LEVEL_S1};

    round->n = 0;
    round->withdrawn = false;
    choose_candidates(round, ids);
    for (size_t i = 0; i < round->n; i++)
        consent.recipients[i] = ids[i];
    round->consent = world_consent(INTERLEAVED_HOME, &consent);
    const struct world_referral wish = {
            .consent = round->consent,
            .candidates = ids,
            .n_candidates = round->n,
            .secret = "Rosa Voorbeeld",
            .mode = sim_below(2) == 0 ? MODE_SEQUENTIAL : MODE_FIRST_CLAIM,
            .urgency = sim_below(8) != 0 ? URGENCY_CRISIS : URGENCY_URGENT,
    };
    /* Its letters must not run ahead of their names. */
    sim_hold(true);
    const struct reply *reply = world_refer_as(INTERLEAVED_HOME, &wish);
    if (reply->code[0] != '\0')
        watch_broken("no referral: %s", reply->code);
    round->sent_case = reply->made->case_number;
    read_ids(round);
    say(round, INTERLEAVED_HOME,
            wish.mode == MODE_SEQUENTIAL ? "asks in turn" : "asks all");
    for (size_t i = 0; i < round->n; i++)
        say(round, ids[i], "is on the list");
}

/* ------------------------------------------------------------ what happens */

uint64_t interleaved_case(const struct round *round, const char *id)
{
    return (uint64_t)peek_number(peek_of(id),
            "SELECT number FROM case_file WHERE referral_id = x'%s'",
            round->referral_hex);
}

/* What cannot be done is answered so: it is no less of a crossing. */
void interleaved_do(struct round *round, const char *id, uint64_t number,
        enum offer_event event)
{
    if (number == 0)
        return;
    const struct reply *reply = world_act(id, number, event);
    round->n_refused += reply->code[0] != '\0';
    say(round, id, offer_event_name(event));
    if (reply->code[0] != '\0')
        say(round, id, reply->code);
}

/* Whose turn comes while it takes nothing is passed over. */
void interleaved_intake(struct round *round, struct asked *one, bool full)
{
    const struct set_intake intake = {
            .state = full ? INTAKE_STATE_FULL : INTAKE_STATE_OPEN};
    struct request request = {.intake = &intake};

    one->full = full;
    say(round, one->id, full ? "takes nothing" : "takes more");
    world_must(one->id, &request, "");
}

static void candidate_withdraws(struct round *round, const char *id, uint64_t number)
{
    const struct consent_withdraw withdraw = {.case_number = number,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};
    struct request request = {.consent_withdraw = &withdraw};

    say(round, id, "withdraws");
    (void)world_ask(id, &request);
}

void interleaved_candidate_acts(struct round *round, struct asked *one)
{
    static const enum offer_event often[] = {OFFER_EVENT_ACCEPT, OFFER_EVENT_ACCEPT,
            OFFER_EVENT_DECLINE, OFFER_EVENT_DECLINE, OFFER_EVENT_SEEN,
            OFFER_EVENT_INFO_REQUEST, OFFER_EVENT_WAITLIST};
    uint64_t number = interleaved_case(round, one->id);
    uint32_t rare = sim_below(30);

    if (rare < 2)
        interleaved_intake(round, one, !one->full);
    else if (number != 0 && rare == 2)
        candidate_withdraws(round, one->id, number);
    else
        interleaved_do(round, one->id, number, often[sim_below(COUNT_OF(often))]);
}

static void sender_acts(struct round *round)
{
    switch (sim_below(7)) {
    case 0:
    case 1:
        interleaved_do(round, INTERLEAVED_HOME, round->sent_case, OFFER_EVENT_CANCEL);
        break;
    case 2:
    case 3:
    case 4:
        interleaved_do(round, INTERLEAVED_HOME, round->sent_case, OFFER_EVENT_IN_ERROR);
        break;
    case 5:
        if (!round->withdrawn) {
            say(round, INTERLEAVED_HOME, "withdraws");
            world_withdraw(INTERLEAVED_HOME, round->consent);
        }
        round->withdrawn = true;
        break;
    default:
        interleaved_do(round, INTERLEAVED_HOME, round->sent_case,
                OFFER_EVENT_INFO_REPLY);
        break;
    }
}

/* A moment, with all that waits; or what waits comes, and it is just before the next
 * limit of this list, so that the next moment goes past it. */
static void time_passes(const struct round *round)
{
    int64_t due_ms = peek_number(peek_of(NETWORK_BROKER),
            "SELECT min(o.limit_ms) FROM offer o JOIN referral r ON r.no = o.referral"
            " WHERE r.referral_id = x'%s' AND o.limit_ms > %lld"
            " AND o.state BETWEEN 1 AND 4",
            round->referral_hex, (long long)sim_now());

    if (due_ms > sim_now() + MOMENT_MS && sim_below(2) == 0) {
        say(round, "time", "goes to a limit");
        sim_hold(false);
        sim_run_until(due_ms - MOMENT_MS / 2);
        sim_hold(true);
    } else {
        say(round, "time", "passes");
        sim_run_until(sim_now() + sim_below(MOMENT_MS));
    }
}

/* Somebody is away, or back: what it says meanwhile comes later than its frames. */
static void comes_or_goes(struct round *round)
{
    size_t at = sim_below(INTERLEAVED_PARTNERS);

    round->away[at] = !round->away[at];
    say(round, INTERLEAVED[at].id, round->away[at] ? "goes" : "comes back");
    sim_unplug(INTERLEAVED[at].id, round->away[at]);
}

/* A frame that waits comes; false: none waits. */
static bool frame_comes(struct round *round)
{
    size_t first = sim_below(2 * INTERLEAVED_PARTNERS);

    for (size_t i = 0; i < 2 * INTERLEAVED_PARTNERS; i++) {
        size_t at = (first + i) % (2 * INTERLEAVED_PARTNERS);
        const char *id = INTERLEAVED[at / 2].id;
        bool out = at % 2 == 0;
        if (!sim_let(out ? id : NETWORK_BROKER, out ? NETWORK_BROKER : id))
            continue;
        say(round, id, out ? "is heard" : "hears");
        return true;
    }
    return false;
}

void interleaved_step(struct round *round)
{
    uint32_t what = sim_below(100);

    if (what < 22)
        interleaved_candidate_acts(round, &round->list[sim_below((uint32_t)round->n)]);
    else if (what < 27)
        sender_acts(round);
    else if (what < 34)
        time_passes(round);
    else if (what < 37)
        comes_or_goes(round);
    else if (!frame_comes(round))
        interleaved_candidate_acts(round, &round->list[sim_below((uint32_t)round->n)]);
    world_quiet();
    if (world_died())
        watch_broken("a program stopped by itself");
}
