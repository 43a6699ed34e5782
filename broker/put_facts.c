/* put_facts.c - everything that is known when a letter comes: gathered here, judged by
 * decide(). */
#include "broker/put.h"
#include "core/seal.h"
#include "core/vocab.h"
#include "core/wire.h"

bool put_core(struct span letter, struct arena *arena, struct letter_core *core,
        struct err *err)
{
    struct letter outer;
    struct signed_ thing;
    struct letter_body body;

    if (wire_get(&WIRE_LETTER, letter, arena, &outer, err) &&
            wire_get(&WIRE_SIGNED, outer.signed_, arena, &thing, err) &&
            wire_get(&WIRE_LETTER_BODY, thing.body, arena, &body, err) &&
            wire_get(&WIRE_LETTER_CORE, body.core, arena, core, err))
        return true;
    return err_wrap(err, "a letter in the ledger");
}

void put_needs(struct broker *broker, const struct letter_core *core,
        struct consent_case *needs)
{
    const struct directory *directory = broker->directory;
    const char *behalf = core->on_behalf_of;
    const char *reader = behalf[0] != '\0' ? behalf : core->recipient;
    const struct member *sender =
            directory_live_member(directory, core->sender, broker->now_ms);
    const struct member *recipient =
            directory_live_member(directory, reader, broker->now_ms);

    needs->core = core;
    needs->partnership = directory_partnership(directory, core->sender, core->recipient,
            broker->now_ms);
    needs->sender_type = sender != NULL ? sender->partner_type : 0;
    needs->recipient_type = recipient != NULL ? recipient->partner_type : 0;
    needs->recipient_supports =
            recipient != NULL && strcmp(recipient->supported_by, core->recipient) == 0;
    if (recipient != NULL) {
        needs->recipient_areas = recipient->areas;
        needs->recipient_n_areas = (uint32_t)recipient->n_areas;
    }
}

/* ---- who, and how much room ---- */

static void facts_of_ends(struct broker *broker, const struct letter_core *core,
        struct facts *facts)
{
    const struct directory *directory = broker->directory;
    int64_t now_ms = broker->now_ms;
    const struct member *recipient =
            directory_live_member(directory, core->recipient, now_ms);
    const struct epoch_key *key = directory_epoch_key_by_tag(directory, core->recipient,
            &core->recipient_ekid);
    const char *target =
            core->on_behalf_of[0] != '\0' ? core->on_behalf_of : core->recipient;

    facts->sender_live = directory_live_member(directory, core->sender, now_ms) != NULL;
    facts->recipient_live = recipient != NULL && recipient->role == ROLE_NODE;
    facts->reader_key_known = key != NULL;
    facts->reader_key_until_ms = key != NULL ? (int64_t)key->until_ms : 0;
    facts->intake_open =
            directory_intake(directory, target, now_ms) == INTAKE_STATE_OPEN;
    facts->directory_age_days = directory_age_days(directory, now_ms);
}

static void facts_of_room(struct broker *broker, const struct letter_core *core,
        struct facts *facts)
{
    const struct partner *sender = partners_find(broker->partners, core->sender);
    const struct partner *recipient = partners_find(broker->partners, core->recipient);
    const struct broker_conf *conf = &broker->conf;

    facts->disk_low = broker->disk_low;
    facts->pending_max =
            (struct decide_load){conf->pending_letters, conf->pending_mib << 20};
    facts->mailbox_max =
            (struct decide_load){conf->mailbox_letters, conf->mailbox_mib << 20};
    if (sender == NULL || recipient == NULL)
        return;
    facts->recipient_in_step = recipient->in_step;
    facts->recipient_awaited = restore_awaits(broker, recipient->no);
    facts->pending = partners_load(broker->partners, recipient->no, sender->no);
    facts->mailbox = partners_load(broker->partners, recipient->no, 0);
}

/* ---- the offer and its referral ---- */

static bool facts_of_offer(struct broker *broker, const struct letter_core *core,
        struct put_case *out, struct err *err)
{
    struct facts *facts = &out->facts;
    const struct offer_row *offer = &out->offer;

    if (id_is_none(&core->offer_id))
        return true;
    if (!ledger_offer_find(broker->ledger, &core->offer_id, &out->offer,
                &facts->offer_known, err))
        return false;
    if (!facts->offer_known)
        return true;
    facts->offer = (struct lifecycle_offer){
            .state = offer->state,
            .before_hold = offer->before_hold,
            .version = offer->version,
            .info_rounds = offer->info_rounds,
            .winner_taken =
                    offer->referral.winner != 0 && offer->referral.winner != offer->no,
            .closed = offer->referral.closed != REFERRAL_NOT_CLOSED,
            .urgency = offer->urgency,
    };
    facts->offer_sender = partners_name(broker->partners, offer->sender);
    facts->offer_target = partners_name(broker->partners, offer->target);
    facts->same_referral = id_equal(&core->referral_id, &offer->referral.referral_id);
    facts->restored = offer->restored;
    facts->brought_it_here = id_equal(&core->msg_id, &offer->msg_id);
    out->depth = offer->depth;
    return true;
}

/* May nobody take it yet, and does nobody propose anybody? */
static bool facts_of_giving_up(struct broker *broker, const struct letter_core *core,
        struct put_case *out, struct err *err)
{
    struct lifecycle_offer *offer = &out->facts.offer;
    struct referral_offers offers;

    if (!out->facts.offer_known || !lifecycle_gives_up(core->event, offer->state))
        return true;
    if (!ledger_referral_offers(broker->ledger, out->offer.referral.no, &offers, err) ||
            !ledger_escalation_proposal(broker->ledger, out->offer.referral.no,
                    &offer->proposed, err))
        return false;
    offer->others_live = offers.live;
    return true;
}

static bool facts_of_referral(struct broker *broker, const struct put_work *work,
        const struct letter_core *core, struct put_case *out, struct err *err)
{
    struct facts *facts = &out->facts;
    struct referral_offers offers;

    const struct member *sender =
            directory_live_member(broker->directory, core->sender, broker->now_ms);

    facts->sender_alerts =
            consent_only_alerts(sender == NULL ? 0 : sender->partner_type);
    facts->mode = work->put->mode;
    facts->among_others = work->n_letters - put_first(work) > PUT_PAIR;
    facts->n_candidates = out->letter->paired ? work->n_candidates : 0;
    if (core->type != LETTER_TYPE_PREVIEW || facts->offer_known)
        return true;
    /* The offer that is about to be: from its sender to its target. */
    facts->offer_sender = core->sender;
    facts->offer_target = core->recipient;
    facts->offer.urgency = core->urgency;
    facts->offer.listed = decide_is_list(facts->mode);
    facts->list_begun = work->n_offered > 0;
    if (!ledger_referral_find(broker->ledger, &core->referral_id, &out->referral,
                &facts->referral_known, err))
        return false;
    if (!facts->referral_known)
        return true;
    facts->referral_of_sender = out->referral.sender == work->partner->no;
    facts->referral_ended_ms = out->referral.ended_ms;
    facts->offer.closed = out->referral.closed != REFERRAL_NOT_CLOSED;
    facts->offer.winner_taken = out->referral.winner != 0;
    if (!ledger_referral_offers(broker->ledger, out->referral.no, &offers, err))
        return false;
    out->last_place = offers.last_place;
    facts->referral_offers = offers.n;
    facts->referral_has_live_offer = offers.live;
    return true;
}

/* ---- the consent ---- */

bool put_overview_hands(struct broker *broker, const struct letter_core *core,
        int64_t consent, uint32_t *hands, struct err *err)
{
    struct referral_row referral;
    bool found;

    *hands = 0;
    if (core->type != LETTER_TYPE_OVERVIEW)
        return true;
    if (!ledger_referral_find(broker->ledger, &core->referral_id, &referral, &found,
                err))
        return false;
    bool own = found && strcmp(partners_name(broker->partners, referral.sender),
                                core->sender) == 0;
    return !own ||
           ledger_referral_depth(broker->ledger, referral.no, consent, hands, err);
}

/* Who is not named as a sender may hand on what it accepted itself, and says so to
 * whom it has it from in the same submission, before all else: through how many hands
 * has it gone? A step that was judged before, taken or refused, says nothing of what
 * comes with it now. */
static bool facts_of_hands(struct broker *broker, const struct put_work *work,
        const struct letter_core *core, struct put_case *out, struct err *err)
{
    const struct partner *recipient = partners_find(broker->partners, core->recipient);
    const struct letter_core *step = &work->letters[0].core;
    bool said = step->event == OFFER_EVENT_FORWARD && !work->letters[0].known;
    struct offer_row held;
    bool found;

    if (out->facts.offer_known || recipient == NULL || !said ||
            consent_has_text(out->capsule.senders, out->capsule.n_senders,
                    core->sender))
        return true;
    if (!ledger_offer_find(broker->ledger, &step->offer_id, &held, &found, err))
        return false;
    if (!found || held.consent != out->consent.no || held.target != work->partner->no)
        return true;
    out->depth = held.depth + 1;
    const struct offer_list list = {
            .referral = out->referral.no,
            .before = (int64_t)out->last_place - (int64_t)work->n_offered,
    };
    return ledger_offer_party(broker->ledger, out->consent.no, recipient->no, &list,
            &out->facts.previous_party, err);
}

/* The core of what an accept hands over: the content that lies ready, or else what its
 * preview said. */
static bool content_core(struct broker *broker, struct put_case *out, struct err *err)
{
    struct arena *arena = &broker->frame;
    struct letter_row letter;
    struct span bytes;
    int64_t after = 0;
    bool found;

    while (true) {
        if (!ledger_letter_of_offer(broker->ledger, out->offer.no, after, &letter,
                    &found, err))
            return false;
        if (!found)
            break;
        after = letter.no;
        if (letter.state != LETTER_LODGED)
            continue;
        return ledger_letter_sealed(broker->ledger, letter.no, arena, &bytes, err) &&
               put_core(bytes, arena, &out->content_core, err);
    }
    if (!ledger_offer_core(broker->ledger, out->offer.no, arena, &bytes, err))
        return false;
    if (bytes.len == 0)
        return true;
    if (!wire_get(&WIRE_LETTER_CORE, bytes, arena, &out->content_core, err))
        return err_wrap(err, "the core of an offer in the ledger");
    out->content_core.type = LETTER_TYPE_CONTENT;
    out->content_core.event = OFFER_EVENT_NONE;
    return true;
}

static bool find_consent(struct broker *broker, const struct letter_core *core,
        struct put_case *out, struct err *err)
{
    bool of_offer = core->class_ != LETTER_CLASS_PERSONAL;
    bool found = false;
    bool ok = true;

    if (!of_offer)
        ok = ledger_consent_find(broker->ledger, &core->consent_id, &broker->frame,
                &out->consent, &found, err);
    else if (out->facts.offer_known && out->offer.consent != 0)
        ok = ledger_consent_get(broker->ledger, out->offer.consent, &broker->frame,
                &out->consent, &found, err);
    if (ok && !found)
        out->consent = (struct consent_row){0};
    return ok;
}

static bool facts_of_consent(struct broker *broker, const struct put_work *work,
        const struct letter_core *core, struct put_case *out, struct err *err)
{
    struct facts *facts = &out->facts;
    struct consent_case *needs = &facts->needs;
    bool accept = core->event == OFFER_EVENT_ACCEPT;
    bool asked = core->class_ == LETTER_CLASS_PERSONAL || accept ||
                 core->event == OFFER_EVENT_FORWARD;

    if (!asked)
        return true;
    if (!find_consent(broker, core, out, err) ||
            (accept && facts->offer_known && !content_core(broker, out, err)) ||
            (core->type == LETTER_TYPE_PREVIEW && !facts->offer_known &&
                    !ledger_consent_offers(broker->ledger, out->consent.no,
                            DECIDE_CONSENT_OFFERS_MAX, &facts->consent_offers, err)))
        return false;
    if (out->consent.bytes.len > 0) {
        if (!capsules_get(broker->capsules, &out->consent.hash, out->consent.bytes,
                    &out->capsule, err) ||
                !facts_of_hands(broker, work, core, out, err) ||
                (core->type == LETTER_TYPE_OVERVIEW &&
                        !put_overview_hands(broker, core, out->consent.no, &out->depth,
                                err)))
            return false;
        needs->capsule = &out->capsule;
    }
    const struct partner *collector =
            partners_get(broker->partners, out->consent.collector);
    needs->withdrawn = out->consent.withdrawn != 0;
    needs->conflict = out->consent.conflict;
    needs->stale =
            !out->consent.confirmed && (collector == NULL || !collector->in_step);
    needs->offer_sender = facts->offer_sender;
    needs->offer_target = facts->offer_target;
    needs->offer_accepted = lifecycle_is_taken(facts->offer.state);
    needs->lodging = accept || !needs->offer_accepted;
    /* Of an offer that is there it is known in which way its candidates are asked. */
    enum mode mode = facts->offer_known ? out->offer.referral.mode : facts->mode;
    needs->first_claim = mode == MODE_FIRST_CLAIM;
    needs->onward_used = out->depth;
    facts->forward_allowed =
            needs->capsule != NULL && out->depth + 1 <= out->capsule.onward_depth;
    facts->same_consent = facts->offer_known && out->consent.no != 0 &&
                          (out->offer.consent == out->consent.no ||
                                  (out->offer.restored && out->offer.consent == 0));
    facts->content_unknown = out->content_core.sender == NULL;
    if (!accept)
        put_needs(broker, core, needs);
    else if (!facts->content_unknown)
        put_needs(broker, &out->content_core, needs);
    return true;
}

/* Of an offer that is restored, who has read what is not known whole. */
static bool facts_of_twin(struct broker *broker, const struct letter_core *core,
        struct put_case *out, struct err *err)
{
    struct facts *facts = &out->facts;
    bool again = core->type == LETTER_TYPE_PREVIEW ||
                 (core->type == LETTER_TYPE_CONTENT &&
                         lifecycle_is_taken(facts->offer.state));

    return !facts->offer_known || facts->restored || !again ||
           ledger_offer_read(broker->ledger, &out->offer, core->type,
                   &facts->read_before, err);
}

bool put_facts(struct broker *broker, const struct put_work *work,
        const struct put_letter *letter, struct put_case *out, struct err *err)
{
    const struct letter_core *core = &letter->core;

    out->letter = letter;
    out->facts.now_ms = broker->now_ms;
    out->facts.sealed_bytes = letter->sealed_bytes;
    out->facts.class_bytes = seal_letter_bytes(core->size_class);
    facts_of_ends(broker, core, &out->facts);
    facts_of_room(broker, core, &out->facts);
    return facts_of_offer(broker, core, out, err) &&
           facts_of_giving_up(broker, core, out, err) &&
           escalate_facts(broker, core, &out->facts, err) &&
           facts_of_referral(broker, work, core, out, err) &&
           facts_of_consent(broker, work, core, out, err) &&
           facts_of_twin(broker, core, out, err);
}
