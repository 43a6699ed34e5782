/* consent_world.h - one letter that may pass, with everything that the rule of consent
 * looks at; each test changes one thing. */
#ifndef CONSENT_WORLD_H
#define CONSENT_WORLD_H

#include "core/consent.h"
#include "core/time.h"
#include "core/vocab.h"

#define BIT(row) (UINT64_C(1) << (row))

enum {
    TODAY = 20600,
    FROM_DAY = TODAY - 10,
    UNTIL_DAY = TODAY + 10
}; /* in May: summer time */

/* Home care refers to a service centre; the lists have room for one or two more. */
struct world {
    struct letter_core core;
    struct consent capsule;
    struct consent_case facts;
    int64_t now_ms;
    const char *senders[2];
    const char *recipients[3];
    uint16_t recipient_types[2];
    uint16_t purposes[2];
    uint16_t data[6];
    uint16_t preview[3];
    uint16_t letter_data[3];
};

static inline void world_make_capsule(struct world *w)
{
    w->senders[0] = "homecare";
    w->senders[1] = "homecare-two";
    w->recipients[0] = "centre";
    w->recipients[1] = "support";
    w->recipients[2] = "antenna";
    w->recipient_types[0] = PARTNER_TYPE_LDC;
    w->purposes[0] = PURPOSE_CARE_COORDINATION;
    w->purposes[1] = PURPOSE_CONTACT_AND_VISIT;
    const uint16_t data[] = {DATA_CATEGORY_NEEDS, DATA_CATEGORY_AGE_BAND,
            DATA_CATEGORY_CONTACT, DATA_CATEGORY_HEALTH, DATA_CATEGORY_IDENTIFIER,
            DATA_CATEGORY_STRENGTHS};
    memcpy(w->data, data, sizeof data);
    w->preview[0] = DATA_CATEGORY_NEEDS;
    w->preview[1] = DATA_CATEGORY_AGE_BAND;
    w->capsule = (struct consent){
            .v = 1,
            .consent_id = {{1, 2, 3}},
            .collector = "homecare",
            .senders = w->senders,
            .n_senders = 2,
            .recipients = w->recipients,
            .n_recipients = 3,
            .recipient_types = w->recipient_types,
            .area = "",
            .purposes = w->purposes,
            .n_purposes = 2,
            .data_categories = w->data,
            .n_data_categories = 6,
            .preview_categories = w->preview,
            .n_preview_categories = 2,
            .level_max = LEVEL_S2,
            .from_day = FROM_DAY,
            .until_day = UNTIL_DAY,
            .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT,
            .secrecy_basis = SECRECY_BASIS_PERSON_CONSENT,
            .onward_depth = 1,
    };
}

static inline void world_make(struct world *w)
{
    static const char AREAS[2][6] = {"44021", "11002"};

    memset(w, 0, sizeof *w);
    world_make_capsule(w);
    w->now_ms = (int64_t)TODAY * TIME_DAY_MS + 12 * TIME_HOUR_MS;
    w->letter_data[0] = DATA_CATEGORY_NEEDS;
    w->letter_data[1] = DATA_CATEGORY_CONTACT;
    w->core = (struct letter_core){
            .v = 1,
            .class_ = LETTER_CLASS_PERSONAL,
            .type = LETTER_TYPE_CONTENT,
            .sender = "homecare",
            .recipient = "centre",
            .on_behalf_of = "",
            .consent_id = w->capsule.consent_id,
            .purpose = PURPOSE_CARE_COORDINATION,
            .data_categories = w->letter_data,
            .n_data_categories = 2,
            .level = LEVEL_S1,
            .urgency = URGENCY_ROUTINE,
            .area = "11002",
    };
    w->facts = (struct consent_case){
            .core = &w->core,
            .capsule = &w->capsule,
            .partnership =
                    {
                                  .state = PARTNERSHIP_ACTIVE,
                                  .purposes = BIT(PURPOSE_CARE_COORDINATION),
                                  .data_categories = ~UINT64_C(1),
                                  .secrecy_bound_of_recipient = true,
                                  .until_day = UNTIL_DAY,
                                  },
            .sender_type = PARTNER_TYPE_HOMECARE,
            .recipient_type = PARTNER_TYPE_LDC,
            .recipient_n_areas = 2,
            .recipient_areas = AREAS,
            .offer_sender = "homecare",
            .offer_target = "centre",
            .offer_accepted = true,
    };
}

/* --- larger changes that several cases begin with --- */

/* The letter shows nothing but what a preview may. */
static inline void world_preview(struct world *w)
{
    w->core.type = LETTER_TYPE_PREVIEW;
    w->letter_data[1] = DATA_CATEGORY_AGE_BAND;
    w->core.level = LEVEL_S0;
    w->facts.offer_accepted = false;
}

/* The target writes to the referrer. */
static inline void world_answer(struct world *w)
{
    w->core.type = LETTER_TYPE_TEXT;
    w->core.sender = "centre";
    w->core.recipient = "homecare";
    w->facts.sender_type = PARTNER_TYPE_LDC;
    w->facts.recipient_type = PARTNER_TYPE_HOMECARE;
}

/* The capsule names recipients by type and area only. */
static inline void world_by_type(struct world *w)
{
    w->capsule.n_recipients = 0;
    w->capsule.n_recipient_types = 1;
    w->capsule.area = "11002";
}

/* The letter is for an antenna, whose supporting partner reads it. */
static inline void world_antenna(struct world *w)
{
    w->core.recipient = "support";
    w->core.on_behalf_of = "antenna";
    w->facts.offer_target = "support";
    w->facts.recipient_type = PARTNER_TYPE_ANTENNA;
    w->facts.recipient_supports = true;
}

/* A signal about a person who could not be asked. */
static inline void world_signal(struct world *w, uint16_t from_type, uint16_t to_type)
{
    w->core.type = LETTER_TYPE_SIGNAL;
    w->capsule.legal_basis = LEGAL_BASIS_VITAL_INTEREST;
    w->facts.offer_sender = w->facts.offer_target = NULL;
    w->facts.offer_accepted = false;
    w->facts.sender_type = from_type;
    w->facts.recipient_type = to_type;
}

/* The centre, that holds the case, hands it on to the supporting partner. */
static inline void world_forward(struct world *w)
{
    w->core.sender = "centre";
    w->core.recipient = "support";
    w->facts.sender_type = PARTNER_TYPE_LDC;
    w->facts.offer_sender = "centre";
    w->facts.offer_target = "support";
    w->facts.onward_used = 1;
}

#endif
