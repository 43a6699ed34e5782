/* stage.c - setting up by real nodes: partnerships, consents, referrals, accepts. */
#include "tests/bench/stage.h"

#include <stdlib.h>

#include "core/vocab.h"
#include "tests/fleet_case.h"

static const struct network_partner PARTNERS[] = {
        {"thuiszorg", PARTNER_TYPE_HOMECARE},
        {"aksant",    PARTNER_TYPE_LDC     },
        {"schrijver", PARTNER_TYPE_HOMECARE},
        {"lezer",     PARTNER_TYPE_LDC     },
};

/* Room for a thousand letters under way, and for their receipts. */
static const struct {
    const char *key, *value;
} BROKER_SETTINGS[] = {
        {"pending_letters", "10000" },
        {"pending_mib",     "1024"  },
        {"mailbox_letters", "100000"},
        {"mailbox_mib",     "4096"  },
        {"log_level",       "warn"  },
};

static void set_up(struct stage *stage)
{
    struct fleet *fleet = &stage->fleet;

    for (size_t i = 0; i < COUNT_OF(BROKER_SETTINGS); i++)
        fleet_set(fleet, NETWORK_BROKER, BROKER_SETTINGS[i].key,
                BROKER_SETTINGS[i].value);
    for (size_t i = 0; i < COUNT_OF(PARTNERS); i++)
        fleet_set(fleet, PARTNERS[i].id, "log_level", "warn");
}

static void find_consent(struct stage *stage, const char *sender, uint64_t consent,
        struct stage_offer *offer)
{
    const struct consent_show show = {.number = consent};
    const struct request request = {.consent_show = &show};
    const struct reply *reply = fleet_must(&stage->fleet, sender, &request, "");

    for (size_t i = 0; i < reply->consent->n_consents; i++) {
        const struct consent_line *line = &reply->consent->consents[i];
        for (size_t u = 0; u < line->n_uses; u++)
            if (line->uses[u].case_number == offer->case_number)
                offer->consent_id = line->uses[u].consent_id;
    }
    if (id_is_none(&offer->consent_id))
        fleet_fail(&stage->fleet, "%s does not say which consent a case has", sender);
}

/* One referral, accepted; what its letters have to name is noted. */
static void place_offer(struct stage *stage, struct stage_pair *pair, uint64_t consent,
        struct stage_offer *offer)
{
    struct fleet *fleet = &stage->fleet;

    offer->case_number =
            fleet_refer(fleet, pair->sender, consent, pair->reader, "Proef Persoon");
    uint64_t arrived = fleet_wait_case(fleet, pair->reader, CASE_BOX_TO_DECIDE);
    fleet_act(fleet, pair->reader, arrived, OFFER_EVENT_ACCEPT);
    FLEET_UNTIL(fleet, fleet_state(fleet, pair->sender, offer->case_number) ==
                               OFFER_STATE_ACCEPTED);
    FLEET_UNTIL(fleet,
            fleet_state(fleet, pair->reader, arrived) == OFFER_STATE_ACCEPTED);
    const struct case_detail *detail =
            fleet_show(fleet, pair->sender, offer->case_number);
    if (detail->n_offers != 1)
        fleet_fail(fleet, "a direct referral of one offer shows %zu", detail->n_offers);
    offer->offer_id = detail->offers[0].offer_id;
    offer->referral_id = detail->referral_id;
    find_consent(stage, pair->sender, consent, offer);
}

static void prepare_pair(struct stage *stage, struct stage_pair *pair)
{
    struct fleet *fleet = &stage->fleet;

    fleet_agree(fleet, pair->sender, pair->reader);
    uint64_t consent =
            fleet_consent(fleet, pair->sender, "Proef Persoon", pair->reader);
    for (size_t i = 0; i < STAGE_OFFERS; i++)
        place_offer(stage, pair, consent, &pair->offers[i]);
    FLEET_UNTIL(fleet, fleet_status(fleet, pair->sender)->outbox == 0);
    FLEET_UNTIL(fleet, fleet_status(fleet, pair->reader)->outbox == 0);
}

void stage_open(struct stage *stage, const char *bin, const char *folder)
{
    struct fleet *fleet = &stage->fleet;

    if (setenv("BIN", bin, 1) != 0 || setenv("TMPDIR", folder, 1) != 0)
        network_must(false, "the environment", NULL);
    *stage = (struct stage){
            .whole = {.sender = PARTNERS[0].id, .reader = PARTNERS[1].id},
            .alone = {.sender = PARTNERS[2].id, .reader = PARTNERS[3].id},
    };
    /* Words of four letters: text as people write it, as far as the bus can tell. */
    for (size_t i = 0; i < STAGE_TEXT_BYTES; i++)
        stage->text[i] = i % 5 == 4 ? ' ' : (char)('a' + (i / 5 + i) % 26);
    fleet_begin(fleet, PARTNERS, COUNT_OF(PARTNERS));
    set_up(stage);
    fleet_start_all(fleet);
    prepare_pair(stage, &stage->whole);
    prepare_pair(stage, &stage->alone);
    fleet_stop(fleet, stage->alone.sender);
    fleet_stop(fleet, stage->alone.reader);
}

void stage_close(struct stage *stage)
{
    fleet_end(&stage->fleet);
}
