/* handed.c - mail of an evil broker. */
#include "tests/handed.h"

#include "core/wire.h"

static struct span status_of(struct stage *stage, const struct forged *forged,
        enum offer_state state, enum offer_event event, uint64_t version)
{
    const struct offer_status status = {.v = 1,
            .offer_id = forged->preview.offer_id,
            .referral_id = forged->preview.referral_id,
            .sender = forged->sender,
            .target = forged->recipient,
            .state = state,
            .event = event,
            .version = version,
            .msg_id = forged->preview.msg_id,
            .at_ms = (uint64_t)sim_now(),
            .code = ""};

    return evil_sign(stage->evil, KIND_OFFER_STATUS, &WIRE_OFFER_STATUS, &status);
}

void handed_begin(struct stage *stage, struct handed *handed)
{
    forge_referral(hostile_other(stage), HOME, &handed->forged);
    evil_toward(stage->evil, HOME);
}

void handed_seal(struct stage *stage, struct handed *handed)
{
    forge_sign(stage->other, &handed->forged);
    handed->mail = (struct mail){.letter = forge_preview(stage->other, &handed->forged),
            .consent = handed->forged.signed_capsule};
    if (!id_is_none(&handed->forged.preview.offer_id))
        handed->mail.status = status_of(stage, &handed->forged, OFFER_STATE_REQUESTED,
                OFFER_EVENT_OFFER, 1);
}

void handed_make(struct stage *stage, struct handed *handed)
{
    handed_begin(stage, handed);
    handed_seal(stage, handed);
}
